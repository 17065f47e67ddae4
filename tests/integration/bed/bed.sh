#!/bin/bash
# A closed bed for port scans, made of network namespaces. README.md lists its hosts.
#
#   bed.sh up              build it (an old one goes first); not zero, and nothing left, when a part is not ready
#   bed.sh down            stop the processes it started, remove its namespaces and its run directory
#   bed.sh status          what is there; not zero when something is missing
#   bed.sh exec COMMAND    run COMMAND on the scanner's host
#
# No namespace has a link or a route to the one it was started from: nothing can leave the bed.
# Two beds live side by side when SCANBED_PREFIX differs.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PREFIX=${SCANBED_PREFIX:-sb}
# /run and not /tmp: it is root's alone and empty after a boot, so that `down` can trust the pids written there.
RUN=${SCANBED_RUN:-/run/scanbed-$PREFIX}
PYTHON=${PYTHON:-python3}
DELAY_MS=${SCANBED_DELAY:-25}
LOSS=${SCANBED_LOSS:-0.05}
JITTER_MS=${SCANBED_JITTER:-2}
WIRE_SEED=7

LAN4=198.18.0       # .N/24 on link
LAN6=2001:db8:18:   # :N/64 on link
FAR4=198.18.1       # behind the router and the slow wire
FAR6=2001:db8:19:
ON_LINK=(scan:1 r:254 mix:11 drop:12 rej:13 rstlim:14 loss:15 udp:16 allopen:17 stealth:18 synq:19)

say() { echo "bed.sh: $*" >&2; }
die() { say "$*"; exit 1; }

namespaces() {
  local host
  for host in lan far "${ON_LINK[@]%:*}"; do echo "$PREFIX-$host"; done
}

# ns HOST COMMAND...: on that host; the first command that fails ends `up`, and is named.
ns() { ip netns exec "$PREFIX-$1" "${@:2}" || die "on host $1, this failed: ${*:2}"; }
filter4() { ns "$1" iptables -w "${@:2}"; }
filter6() { ns "$1" ip6tables -w "${@:2}"; }
filter() { filter4 "$@"; filter6 "$@"; }
settings() { ns "$1" sysctl -qw "${@:2}"; }

# --- processes ------------------------------------------------------------------------------------

# The start time of a process, in ticks since the boot: with the pid, it names one process for ever.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# is_ours PID START: still the process that we recorded, not a later one with the same number
is_ours() { [ -n "$2" ] && [ "$(started_at "$1" || true)" = "$2" ]; }

# start NAME COMMAND...: in the background, recorded for `down`, its output in NAME.log.
# COMMAND must be a program: for a shell function, $! would be the pid of a subshell.
start() {
  local name=$1; shift
  "$@" >"$RUN/$name.log" 2>&1 </dev/null &
  echo "$! $(started_at $! || true) $name" >>"$RUN/pids"
}

# serve HOST SPEC...: see services.py
serve() {
  start "$1" ip netns exec "$PREFIX-$1" env SCANBED_CERT="$RUN/cert.pem" \
    "$PYTHON" "$HERE/services.py" "${@:2}"
}

# Each process says "ready" once its sockets are bound (or its devices exist).
wait_ready() {
  local name=$1 pid start
  read -r pid start _ < <(grep " $name\$" "$RUN/pids")
  for _ in {1..200}; do
    if grep -qx ready "$RUN/$name.log"; then return; fi
    is_ours "$pid" "$start" || die "the process of $name ended: $(tail -n 3 "$RUN/$name.log")"
    sleep 0.05
  done
  die "the process of $name was not ready after 10 s"
}

# wait_reachable ADDRESS: TCP tries again by itself, so the lossy wire cannot make this fail by chance.
wait_reachable() {
  ip netns exec "$PREFIX-scan" timeout 10 bash -c ": </dev/tcp/$1/22" 2>/dev/null ||
    die "the scanner's host cannot reach $1"
}

stop_processes() {
  local pid start name
  [ -f "$RUN/pids" ] || return 0
  while read -r pid start name; do
    if is_ours "$pid" "$start"; then kill "$pid" 2>/dev/null || true; fi
  done <"$RUN/pids"
  while read -r pid start name; do
    for _ in {1..100}; do
      is_ours "$pid" "$start" || continue 2
      sleep 0.02
    done
    say "the process of $name ($pid) does not end by itself"
    kill -KILL "$pid" 2>/dev/null || true
  done <"$RUN/pids"
}

# --- hosts and links ------------------------------------------------------------------------------

make_host() {
  ip netns add "$PREFIX-$1"
  ns "$1" ip link set lo up
  # Without duplicate address detection, IPv6 addresses work at once.
  settings "$1" net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
}

# address HOST DEVICE IPV4/LEN IPV6/LEN
address() {
  ns "$1" ip addr add "$3" dev "$2"
  ns "$1" ip -6 addr add "$4" dev "$2" nodad
  ns "$1" ip link set "$2" up
}

gateway() {
  ns "$1" ip route add default via "$2"
  ns "$1" ip -6 route add default via "$3"
}

make_lan() {
  local entry host number
  make_host lan
  # No snooping: the bridge has no multicast querier, and would lose neighbour solicitations.
  ns lan ip link add br0 type bridge mcast_snooping 0
  ns lan ip link set br0 up
  for entry in "${ON_LINK[@]}"; do
    host=${entry%:*} number=${entry#*:}
    make_host "$host"
    ip link add "v$host" netns "$PREFIX-lan" type veth peer name eth0 netns "$PREFIX-$host"
    ns lan ip link set "v$host" master br0 up
    address "$host" eth0 "$LAN4.$number/24" "$LAN6:$number/64"
    if [ "$host" != r ]; then gateway "$host" "$LAN4.254" "$LAN6:254"; fi
  done
}

# The router, its routes to nowhere, and the host behind the slow and lossy wire.
make_router() {
  make_host far
  start wire "$PYTHON" "$HERE/wire.py" "$PREFIX-r" far0 "$PREFIX-far" eth0 \
    "$DELAY_MS" "$LOSS" "$JITTER_MS" "$WIRE_SEED"
  wait_ready wire
  address r far0 "$FAR4.254/24" "$FAR6:254/64"
  address far eth0 "$FAR4.11/24" "$FAR6:11/64"
  gateway far "$FAR4.254" "$FAR6:254"
  settings r net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
    net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
  ns r ip route add unreachable 198.18.2.0/24
  ns r ip route add prohibit 198.18.3.0/24
  ns r ip route add blackhole 198.18.4.0/24
  ns r ip -6 route add unreachable 2001:db8:1a::/64
  ns r ip -6 route add prohibit 2001:db8:1b::/64
  ns r ip -6 route add blackhole 2001:db8:1c::/64
}

# The kernel limits ICMP errors per peer and per host. Where a test counts exact reasons, lift both limits.
unlimited_icmp() {
  settings "$1" net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 \
    net.ipv4.icmp_msgs_per_sec=100000 net.ipv4.icmp_msgs_burst=10000
}

# --- what the hosts do ----------------------------------------------------------------------------

# Open ports of all kinds, the rest closed.
make_mix() {
  unlimited_icmp mix
  serve mix tcp:22:banner=SSH-2.0-OpenSSH_9.2p1 tcp:25:"banner=220 bed ESMTP" tcp:80:http \
    tcp:443:tls tcp:110:slow=2 tcp:139:close tcp:143:rst tcp:199:silent \
    udp:53:dns udp:123:ntp udp:161:snmp udp:7:echo udp:69:silent
}

# 100-199 dropped, and a service among them that must not be seen.
make_drop() {
  local protocol
  unlimited_icmp drop
  for protocol in tcp udp; do
    filter drop -A INPUT -p $protocol --dport 100:199 -j DROP
  done
  serve drop tcp:22:banner=SSH-2.0-x tcp:80:http tcp:150:http
}

# reject FILTER PROTOCOL FIRST CODE...: ten ports for each code, from FIRST
reject() {
  local filter=$1 protocol=$2 first=$3 code
  for code in "${@:4}"; do
    "$filter" rej -A INPUT -p "$protocol" --dport "$first:$((first + 9))" \
      -j REJECT --reject-with "$code"
    first=$((first + 10))
  done
}

# One way to reject for every ten ports: 101-170 for IPv4, 101-160 for IPv6, resets 171-180, drops 181-190.
make_rej() {
  local protocol
  unlimited_icmp rej
  for protocol in tcp udp; do
    reject filter4 $protocol 101 icmp-port-unreachable icmp-admin-prohibited \
      icmp-host-prohibited icmp-net-unreachable icmp-host-unreachable icmp-proto-unreachable \
      icmp-net-prohibited
    reject filter6 $protocol 101 icmp6-port-unreachable icmp6-adm-prohibited icmp6-no-route \
      icmp6-addr-unreachable icmp6-policy-fail icmp6-reject-route
    filter rej -A INPUT -p $protocol --dport 181:190 -j DROP
  done
  reject filter tcp 171 tcp-reset
  serve rej tcp:22:banner=SSH-2.0-x
}

# Ten resets a second; ICMP errors at the kernel's default (one a second for a peer, after a burst of six).
make_rstlim() {
  filter rstlim -A OUTPUT -p tcp --tcp-flags RST RST -m limit --limit 10/s --limit-burst 10 -j ACCEPT
  filter rstlim -A OUTPUT -p tcp --tcp-flags RST RST -j DROP
  serve rstlim tcp:22:banner=SSH-2.0-x tcp:80:http udp:53:dns
}

every_tenth_port() { local port; for port in {1010..1200..10}; do echo "tcp:$port:close"; done; }

make_loss() {
  local chain
  for chain in INPUT OUTPUT; do
    filter loss -A $chain -m statistic --mode random --probability 0.05 -j DROP
  done
  # shellcheck disable=SC2046  # one word for each port
  serve loss tcp:22:banner=SSH-2.0-x tcp:80:http tcp:443:http $(every_tenth_port)
}

# Three that answer and an echo, two silent, ten dropped, the rest closed under the default ICMP limit.
make_udp() {
  filter udp -A INPUT -p udp --dport 40:49 -j DROP
  serve udp udp:53:dns udp:123:ntp udp:161:snmp udp:7:echo udp:30:silent udp:31:silent
}

# Every TCP port answers: what a SYN proxy or a tarpit looks like.
make_allopen() {
  filter allopen -t nat -A PREROUTING -p tcp -j REDIRECT --to-ports 9
  serve allopen tcp:9:zerowin
}

# Silent but for 443, and for the neighbour discovery without which IPv6 has no link.
make_stealth() {
  filter stealth -A INPUT -p tcp --dport 443 -j ACCEPT
  filter6 stealth -A INPUT -p icmpv6 --icmpv6-type 135 -j ACCEPT
  filter6 stealth -A INPUT -p icmpv6 --icmpv6-type 136 -j ACCEPT
  filter stealth -P INPUT DROP
  serve stealth tcp:443:http
}

make_synq() { serve synq tcp:80:fullq tcp:22:banner=SSH-2.0-x; }

make_far() {
  # shellcheck disable=SC2046
  serve far tcp:22:banner=SSH-2.0-far tcp:80:http tcp:443:http $(every_tenth_port) udp:53:dns
}

make_certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=bed.test \
    -addext subjectAltName=DNS:bed.test,DNS:alt.bed.test \
    -keyout "$RUN/key.pem" -out "$RUN/certificate.pem" 2>"$RUN/openssl.err" ||
    die "openssl made no certificate: $(cat "$RUN/openssl.err")"
  cat "$RUN/key.pem" "$RUN/certificate.pem" >"$RUN/cert.pem"
}

# --- commands -------------------------------------------------------------------------------------

check_environment() {
  local program
  [ "$(id -u)" = 0 ] || die "needs root"
  [[ $PREFIX =~ ^[a-z0-9]+$ ]] || die "SCANBED_PREFIX must be lower-case letters and digits: $PREFIX"
  [ -c /dev/net/tun ] || die "needs /dev/net/tun"
  for program in ip iptables ip6tables openssl sysctl "$PYTHON"; do
    command -v "$program" >/dev/null || die "needs $program"
  done
}

up() {
  local name
  check_environment
  down
  mkdir -p "$(dirname "$RUN")"
  mkdir -m 700 "$RUN"
  : >"$RUN/pids"
  trap 'say "up failed; taking down what was there"; down' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  make_certificate
  make_lan
  make_router
  for name in mix drop rej rstlim loss udp allopen stealth synq far; do "make_$name"; done
  for name in mix drop rej rstlim loss udp allopen stealth synq far; do wait_ready "$name"; done
  for name in "$LAN4.11" "$LAN6:11" "$FAR4.11" "$FAR6:11"; do wait_reachable "$name"; done
  trap - EXIT INT TERM
  echo "bed up: bed.sh exec COMMAND runs on $LAN4.1 and $LAN6:1"
}

down() {
  local namespace
  stop_processes
  for namespace in $(namespaces); do
    if [ -e "/run/netns/$namespace" ]; then ip netns del "$namespace"; fi
  done
  # Only what `up` wrote: RUN comes from the environment, and could be anybody's directory by mistake.
  if [ -f "$RUN/pids" ]; then
    rm -f "$RUN"/*.log "$RUN"/*.pem "$RUN/openssl.err" "$RUN/pids"
    rmdir "$RUN"
  fi
}

status() {
  local namespace pid start name missing=0
  for namespace in $(namespaces); do
    if [ -e "/run/netns/$namespace" ]; then echo "$namespace: there"
    else echo "$namespace: missing"; missing=1; fi
  done
  [ -f "$RUN/pids" ] || die "no bed has its run directory in $RUN"
  while read -r pid start name; do
    if is_ours "$pid" "$start"; then echo "process of $name: $pid"
    else echo "process of $name: ended"; missing=1; fi
  done <"$RUN/pids"
  return "$missing"
}

case ${1:-} in
  up | down | status) "$1" ;;
  exec) exec ip netns exec "$PREFIX-scan" "${@:2}" ;;
  *) echo "usage: bed.sh up | down | status | exec COMMAND" >&2; exit 2 ;;
esac
