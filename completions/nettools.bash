# Completion of nettools in bash, 3.2 and newer; it does not need bash-completion, and goes along with it.
# Made by tools/completions.py from the commands themselves: do not edit.
#
#   in this session     eval "$(nettools completion bash)"
#   in every session    the same line in ~/.bashrc; or, where bash-completion is installed, this file as
#                       ~/.local/share/bash-completion/completions/nettools
#
# Nothing that is offered is evaluated, taken for a pattern or split at blanks. Names that only this machine knows come
# a line each from "nettools __complete", and what could be more than a name to a shell is left out there and here.

# KIND: puts the words of a closed list into "words".
__nettools_words() {
  case $1 in
    color) words=(auto always never) ;;
    dns-class) words=(IN CH HS NONE ANY) ;;
    dns-type) words=(
      A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP-PTR SIG KEY PX GPOS
      AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3
      NSEC3PARAM TLSA SMIMEA HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS DSYNC HHIT BRID SPF
      UINFO UID GID UNSPEC NID L32 L64 LP EUI48 EUI64 ANY URI CAA AVC DOA AMTRELAY RESINFO WALLET CLA IPN TA DLV
    ) ;;
    dns-type-in-lower-case) words=(
      a ns md mf cname soa mb mg mr null wks ptr hinfo minfo mx txt rp afsdb x25 isdn rt nsap nsap-ptr sig key px gpos
      aaaa loc nxt eid nimloc srv atma naptr kx cert a6 dname sink apl ds sshfp ipseckey rrsig nsec dnskey dhcid nsec3
      nsec3param tlsa smimea hip ninfo rkey talink cds cdnskey openpgpkey csync zonemd svcb https dsync hhit brid spf
      uinfo uid gid unspec nid l32 l64 lp eui48 eui64 any uri caa avc doa amtrelay resinfo wallet cla ipn ta dlv
    ) ;;
    format) words=(table plain json jsonl csv) ;;
    link-kind) words=(
      amt bareudp batadv bond bridge can dsa dummy erspan ether geneve gre gretap gtp hsr ifb ip6erspan ip6gre
      ip6gretap ip6tnl ipip ipoib ipvlan ipvtap loopback lowpan macsec macvlan macvtap netkit nlmon openvswitch ppp
      rmnet sit tap team tun vcan veth virt_wifi vlan vrf vti vti6 vxcan vxlan wireguard wwan xfrm
    ) ;;
    order) words=(random ascending) ;;
    packet-protocol) words=(tcp udp icmp icmpv6 ipv6-icmp) ;;
    port-protocol) words=(tcp udp sctp dccp) ;;
    port-word) words=(
      all top:100 web mail dns directory remote file database queue container monitoring voip printers camera
      industrial vpn game
    ) ;;
    progress) words=(auto never jsonl) ;;
    proxy-dns) words=(local remote) ;;
    proxy-server) words=(http socks5) ;;
    proxy-type) words=(http socks4 socks5) ;;
    relation) words=(equal contains within overlaps adjacent disjoint) ;;
    resolve-format) words=(table plain json jsonl csv dig rfc8427) ;;
    routing-table) words=(all default main local) ;;
    scan-format) words=(table plain json jsonl csv nmap-xml grepable) ;;
    schema) words=(
      cat cat-lines config error events ifaces ifaces-lines port-service port-service-lines rdns rdns-lines resolve
      resolve-lines route route-explain route-explain-lines route-lines scan scan-lines schemas schemas-lines subnet
      subnet-compare subnet-compare-lines subnet-filter subnet-filter-lines subnet-lines subnet-list subnet-list-lines
      subnet-mac subnet-mac-lines subnet-relation subnet-relation-lines
    ) ;;
    server-scheme) words=(udp:// tcp:// tls:// https:// quic://) ;;
    service) words=(
      3com-tsmux afpovertcp amqp aruba-papi avt-profile-1 avt-profile-2 bacnet bfd-control bfd-echo bfd-multi-ctl bgp
      chargen coap coaps ctf daytime dhcpv6-client dhcpv6-server discard dnp docker docker-s domain echo efcp
      etcd-client EtherNet-IP-1 EtherNet-IP-2 exec finger ftp ftp-data ftps ftps-data geneve glbp gopher gtp-control
      gtp-user h323gatestat hart-ip hsrp http http-alt http-mgmt http-rpc-epmap https iax ibm-db2 ident imap imap3
      imaps ipfix ipp ipsec-nat-t irc isakmp iscsi kerberos kerberos-adm kpasswd kshell ldap ldaps ldp llmnr login
      manet mdns memcache mgcp-callagent mgcp-gateway mit-ml-dev mongodb mqtt msexch-routing mtp mysql netbios-dgm
      netbios-ns netconf-ssh nfs nicname nntp nntps ntp odmr olsr oob-ws-http oob-ws-https opcua-tcp openvpn pcp
      pcp-multicast pftp pharos pop2 pop3 pop3s postgresql pptp profinet-cm ptp-event ptp-general qotd radius
      radius-acct redis ripng router rsh-spx rsync rtsp sa-msg-port secure-mqtt sflow sftp sightline sip smtp smux
      snmp snmptrap socks ssdp ssh stun stuns submission svrloc syslog tacacs tacacss telnet telnets tftp time us-cli
      uucp vcom-tunnel vxlan ws-discovery wsdapi xdmcp xfer
    ) ;;
    setting) words=(
      ifaces route resolve rdns cat listen scan subnet port-service format color progress timeout ifaces.format
      ifaces.interval route.format resolve.format resolve.server resolve.timeout resolve.tries resolve.concurrency
      resolve.rate resolve.interval resolve.bufsize resolve.search resolve.cafile resolve.trust-anchor
      resolve.root-hints rdns.format rdns.server rdns.timeout rdns.tries rdns.concurrency rdns.rate rdns.cafile
      cat.format cat.wait cat.retry cat.backoff cat.idle-timeout cat.keepalive cat.tls-min cat.cafile cat.proxy
      cat.proxy-type cat.proxy-dns cat.proxy-auth-file listen.max-conns listen.idle-timeout listen.keepalive
      listen.tls-min scan.format scan.ports scan.discover scan.timeout scan.host-timeout scan.retries scan.rate
      scan.delay scan.max-in-flight scan.order subnet.format port-service.format proxy-auth
    ) ;;
    shell) words=(bash zsh fish powershell) ;;
    small-service) words=(echo discard daytime time chargen qotd finger) ;;
    starttls) words=(smtp lmtp imap pop3 ftp nntp sieve xmpp xmpp-server ldap postgres mysql) ;;
    tls-version) words=(1.2 1.3) ;;
    topic) words=(
      ifaces route resolve rdns cat listen scan subnet port-service schema config completion exit-codes formats
      environment files settings
    ) ;;
    *) words=('') ;;
  esac
}

# PATH: puts what may follow a command into "verbs", "arguments" and "options".
#
# arguments  By place, what completes them: host+ports is either; ... behind the last is for all that follow.
# options    Spellings between slashes; behind = what completes the value, and a ? before it where the value may be
#            left out; ... behind those that may come again.
__nettools_command() {
  local common=(
--json --color=color --progress=progress -v/--verbose... --quiet --debug -h/--help
  )
  verbs=('') arguments=('') options=("${common[@]}")
  case $1 in
    '')
      verbs=(ifaces route resolve rdns cat listen scan subnet port-service schema config completion help)
      options=(-h/--help --version)
      ;;
    help)
      arguments=(topic)
      options=(-h/--help)
      ;;
    ifaces)
      arguments=(interface...)
      options+=(
        -4/--ipv4 -6/--ipv6 --up --kind=link-kind --netns=namespace --stats --rate --tree --primary --watch
        --interval=anything -f/--format=format -o/--output=file
      )
      ;;
    route)
      arguments=(host...)
      options+=(
        -4/--ipv4 -6/--ipv6 --netns=namespace --table=routing-table --rules --watch --from=address --mark=anything
        --interface=interface --uid=anything --iif=interface --tos=anything --protocol=packet-protocol
        --sport=anything --dport=anything -f/--format=format -o/--output=file
      )
      ;;
    resolve)
      arguments=(host+dns-type+at-server...)
      options+=(
        -n/--name=host... -t/--type=dns-type... -x/--reverse=address... --class=dns-class --search/--no-search
        --validate --trust-anchor=file --trace --root-hints=file --all-ns --compare --system --watch
        --interval=anything --expect=anything --axfr --ixfr=anything --short -s/--server=server... --port=anything
        -4/--ipv4 -6/--ipv6 --tcp --timeout=anything --tries=anything --insecure --cafile=file --tls-name=host
        --tsig=anything --tsig-file=file --dnssec --ad --cd --no-rd --nsid --cookie --subnet=anything
        --bufsize=anything --no-edns --file=file --concurrency=anything --rate=anything --ordered
        -f/--format=resolve-format -o/--output=file
      )
      ;;
    rdns)
      arguments=(address+at-server...)
      options+=(
        --no-forward --all -s/--server=server... --port=anything --insecure --cafile=file --tls-name=host
        --timeout=anything --tries=anything --file=file --concurrency=anything --rate=anything --ordered
        -f/--format=format -o/--output=file
      )
      ;;
    cat)
      arguments=(host+path service)
      options+=(
        -u/--udp --mptcp -U/--unix --vsock -4/--ipv4 -6/--ipv6 -z/--zero -n/--numeric -s/--source=anything
        -p/--source-port=anything --interface=interface -w/--wait=anything --retry=anything --backoff=anything
        --send-only --recv-only --no-shutdown -i/--idle-timeout=anything -q/--quit-after=anything -C/--crlf
        -t/--telnet -d/--delay=anything --limit-rate=anything -e/--exec=file -c/--sh-exec=anything --stay --send=file
        --resume --tls/--ssl --cert=file --key=file --cafile=file --alpn=anything --ciphers=anything
        --tls-min=tls-version --keylog=file --insecure --servername=host --pin=anything... --starttls=starttls
        --proxy=host --proxy-type=proxy-type --proxy-auth=anything --proxy-auth-file=file --proxy-dns=proxy-dns
        -o/--output=file -x/--hex-dump=file --append-output --events=file --raw --timeline --tos=anything
        --ttl=anything --nodelay --keepalive=anything --sndbuf=anything --rcvbuf=anything -f/--format=format
      )
      ;;
    listen)
      arguments=(host+path service)
      options+=(
        -u/--udp --mptcp -U/--unix --vsock -4/--ipv4 -6/--ipv6 --any --announce-listen -p/--port=anything
        --mode=anything --unlink-first -k/--keep-open -m/--max-conns=anything --allow=anything... --deny=anything...
        --allowfile=file --denyfile=file --broker --chat --service=small-service --serve=folder --forward=host
        --proxy-server=proxy-server --proxy-auth=anything --proxy-auth-file=file '--receive=?file' --send-only
        --recv-only --no-shutdown -i/--idle-timeout=anything -q/--quit-after=anything -C/--crlf -t/--telnet
        -d/--delay=anything --limit-rate=anything -e/--exec=file -c/--sh-exec=anything --tls/--ssl --cert=file
        --key=file --cafile=file --alpn=anything --ciphers=anything --tls-min=tls-version --keylog=file
        -o/--output=file -x/--hex-dump=file --append-output --events=file --raw --tos=anything --ttl=anything
        --nodelay --keepalive=anything --sndbuf=anything --rcvbuf=anything -f/--format=format
      )
      ;;
    scan)
      arguments=(host host+port-list...)
      options+=(
        -p/--ports=ports... --targets=file --exclude=host... --exclude-file=file --discover/--no-discover --yes
        -4/--ipv4 -6/--ipv6 --connect --syn --ack --udp --source=anything --interface=interface --source-port=anything
        --banner --tls-info --probe --rdns --timeout=anything --host-timeout=anything --retries=anything
        --rate=anything --delay=anything --max-in-flight=anything --order=order --seed=anything --shard=anything
        --ordered --open --reason --resume=file --diff=file --expect-file=file -f/--format=scan-format
        -o/--output=file
      )
      ;;
    subnet)
      verbs=(
        describe split merge cover subtract intersect compare range relate list sort filter free reverse mac nat64 ula
      )
      arguments=(anything...)
      options+=(--loose -f/--format=format -o/--output=file)
      ;;
    'subnet describe')
      arguments=(anything...)
      options+=(--loose -f/--format=format -o/--output=file)
      ;;
    'subnet split')
      arguments=(anything)
      options+=(
        --prefix=anything --into=anything --hosts=anything --names=anything -f/--format=format -o/--output=file
      )
      ;;
    'subnet merge')
      arguments=(at-file...)
      options+=(--loose -f/--format=format -o/--output=file)
      ;;
    'subnet cover')
      arguments=(at-file...)
      options+=(-f/--format=format -o/--output=file)
      ;;
    'subnet subtract')
      arguments=(at-file...)
      options+=(--minus=at-file... -f/--format=format -o/--output=file)
      ;;
    'subnet intersect')
      arguments=(at-file at-file)
      options+=(-f/--format=format -o/--output=file)
      ;;
    'subnet compare')
      arguments=(at-file at-file)
      options+=(-f/--format=format -o/--output=file)
      ;;
    'subnet range')
      arguments=(anything...)
      options+=(-f/--format=format -o/--output=file)
      ;;
    'subnet relate')
      arguments=(anything anything)
      options+=(--expect=relation -f/--format=format -o/--output=file)
      ;;
    'subnet list')
      arguments=(anything...)
      options+=(
        --count=anything --nth=anything --step=anything --random=anything --seed=anything -f/--format=format
        -o/--output=file
      )
      ;;
    'subnet sort')
      arguments=(at-file...)
      options+=(--loose -f/--format=format -o/--output=file)
      ;;
    'subnet filter')
      arguments=(at-file...)
      options+=(--file=file... --invert --only-matching --mapped -f/--format=format -o/--output=file)
      ;;
    'subnet free')
      arguments=(anything)
      options+=(--used=file... --prefix=anything --count=anything -f/--format=format -o/--output=file)
      ;;
    'subnet reverse')
      arguments=(anything...)
      options+=(-f/--format=format -o/--output=file)
      ;;
    'subnet mac')
      arguments=(anything...)
      options+=(--prefix=anything -f/--format=format -o/--output=file)
      ;;
    'subnet nat64')
      arguments=(anything...)
      options+=(-f/--format=format -o/--output=file)
      ;;
    'subnet ula')
      options+=(--count=anything -f/--format=format -o/--output=file)
      ;;
    port-service)
      arguments=(service...)
      options+=(--search=anything --protocol=port-protocol -f/--format=format -o/--output=file)
      ;;
    schema)
      arguments=(schema)
      options+=(-f/--format=format -o/--output=file)
      ;;
    config)
      arguments=(setting...)
      options+=(--path --template --show-origin -f/--format=format -o/--output=file)
      ;;
    completion)
      arguments=(shell)
      options+=(-f/--format=format -o/--output=file)
      ;;
  esac
}

# Puts the words of the line, up to the cursor, into "line". Bash has parted them at : = @ as well (COMP_WORDBREAKS);
# what had no blank between belongs together. TEXT is what bash will replace, an @ before it included.
__nettools_read_line() {
  local text=${1#@} rest=$COMP_LINE index word
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if ((index == COMP_CWORD)); then
      if [[ -n $text ]]; then
        word=${word%%"$text"*}$text
      elif [[ $word == *[!:=@]* ]]; then
        word=''
      fi
    fi
    if ((index == 0)) || [[ $rest == [[:space:]]* ]]; then
      line+=("$word")
    else
      line[${#line[@]} - 1]+=$word
    fi
    rest=${rest#*"${COMP_WORDS[index]}"}
  done
}

# SPELLING: finds an option; puts it into "option", and what completes its value into "value".
__nettools_find() {
  for option in "${options[@]}"; do
    if [[ /${option%%[=.]*}/ == */"$1"/* ]]; then
      value=''
      [[ $option != *=* ]] || value=${option#*=}
      value=${value%...}
      return 0
    fi
  done
  return 1
}

# WORD...: offers those that go on from what is typed.
__nettools_add() {
  local word
  for word in "$@"; do
    if [[ -n $word && $word == "$current"* ]]; then
      word=$lead$word
      COMPREPLY+=("${word#"$kept"}")
    fi
  done
}

# KIND...: offers the words of closed lists.
__nettools_add_words() {
  local kind words
  for kind in "$@"; do
    __nettools_words "$kind"
    __nettools_add "${words[@]}"
  done
}

# KIND: offers what nettools finds on this machine, and waits a second for it at most.
__nettools_ask() {
  local word until=$((SECONDS + 2))
  type -P nettools >/dev/null || return 0
  while ((SECONDS < until)) && IFS= read -r -t 1 word; do
    [[ $word == [-@]* || $word == *[!A-Za-z0-9_.:@%+-]* ]] || __nettools_add "$word"
  done < <(command nettools __complete "$1" </dev/null 2>/dev/null)
}

# OPTION: how bash goes on: with its own completion of files (default) or folders (dirnames), which knows how to quote;
# without a blank behind the word (nospace). Bash 3.2 cannot be told.
__nettools_go_on() {
  ((BASH_VERSINFO[0] < 4)) || compopt -o "$1" 2>/dev/null
}

# The services and other words of a list of ports, behind commas and T: or U:.
__nettools_ports() {
  local whole=$current
  current=${current##*,}
  [[ $current != [TU]:* ]] || current=${current#?:}
  lead+=${whole%"$current"}
  __nettools_add_words port-word service
}

# The hosts that are known, also behind tls:// and the like.
__nettools_servers() {
  if [[ $current == *://* ]]; then
    lead+=${current%%://*}://
    current=${current#*://}
  else
    __nettools_add_words server-scheme
    [[ ${#COMPREPLY[@]} == 0 ]] || __nettools_go_on nospace
  fi
  __nettools_ask hosts
}

# Files behind an @, which bash would take for a part of their name: those whose names need no quotes.
__nettools_at_files() {
  local name
  lead+=@
  current=${current#@}
  while IFS= read -r name; do
    [[ ! -d $name ]] || name+=/
    [[ $name == *[!A-Za-z0-9_./%+-]* ]] || __nettools_add "$name"
  done < <(compgen -f -- "$current")
  [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != */ ]] || __nettools_go_on nospace
}

# KINDS: offers what completes a value or an argument.
__nettools_offer() {
  local kinds=${1%...}+ kind current=$current lead=$lead
  while [[ -n $kinds ]]; do
    kind=${kinds%%+*}
    kinds=${kinds#*+}
    case $kind in
      anything) ;;
      file) __nettools_go_on default ;;
      folder) __nettools_go_on dirnames ;;
      path) [[ $current != */* ]] || __nettools_go_on default ;;
      at-file) [[ $current != @* ]] || __nettools_at_files ;;
      interface) __nettools_ask interfaces ;;
      namespace) __nettools_ask namespaces ;;
      host) __nettools_ask hosts ;;
      address) __nettools_ask addresses ;;
      ports) __nettools_ports ;;
      port-list) [[ $current != *,* && $current != [TU]:* && $current != top:* ]] || __nettools_ports ;;
      server) __nettools_servers ;;
      at-server)
        if [[ $current == @* ]]; then
          lead+=@
          current=${current#@}
          __nettools_servers
        fi
        ;;
      dns-type)
        if [[ $current == [[:lower:]]* ]]; then
          __nettools_add_words dns-type-in-lower-case
        else
          __nettools_add_words dns-type
        fi
        ;;
      *) __nettools_add_words "$kind" ;;
    esac
  done
}

# Offers the options that are not given yet, or may come again.
__nettools_offer_options() {
  local option rest
  for option in "${options[@]}"; do
    [[ $given != *" $option "* || $option == *... ]] || continue
    rest=${option%%[=.]*}/
    while [[ -n $rest ]]; do
      __nettools_add "${rest%%/*}"
      rest=${rest#*/}
    done
  done
}

_nettools() {
  local IFS=' ' line=() verbs arguments options
  local path='' place=0 ended='' given=' ' wanted='' option value index letter word
  COMPREPLY=()
  __nettools_read_line "${2-}"

  __nettools_command ''
  for ((index = 1; index < ${#line[@]} - 1; index++)); do
    word=${line[index]}
    if [[ -n $wanted ]]; then # the value of the option before, unless that may stand alone
      value=$wanted
      wanted=''
      [[ $value == '?'* && $word == -?* ]] || continue
    fi
    if [[ -n $ended || $word != -?* ]]; then
      if [[ -z $ended && $place == 0 && " ${verbs[*]} " == *" $word "* ]]; then
        path+=${path:+ }$word
        __nettools_command "$path"
      else
        place=$((place + 1))
      fi
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word == --* ]]; then
      if __nettools_find "${word%%=*}"; then
        given+="$option "
        [[ $word == *=* ]] || wanted=$value
      fi
    else # short options, perhaps several in one word
      for ((letter = 1; letter < ${#word}; letter++)); do
        __nettools_find "-${word:letter:1}" || continue
        given+="$option "
        if [[ -n $value ]]; then
          ((letter + 1 < ${#word})) || wanted=$value
          break
        fi
      done
    fi
  done
  [[ -n $path || $place == 0 ]] || return 0 # behind a word that is no command

  local current=${line[${#line[@]} - 1]//[\"\']/} lead='' # what is typed of the word, and what stands before each offer
  local kept=${current%"${2-}"} # what of the word bash leaves as it is
  word=${line[${#line[@]} - 2]-}
  if [[ $current == *[\<\>]* || $word == *[\<\>] ]]; then
    __nettools_go_on default
  elif [[ -n $wanted && ! ($wanted == '?'* && $current == -*) ]]; then
    __nettools_offer "${wanted#\?}"
  elif [[ -z $ended && $current == --*=* ]]; then
    __nettools_find "${current%%=*}" || return 0
    lead=${current%%=*}=
    current=${current#*=}
    __nettools_offer "${value#\?}"
  elif [[ -z $ended && $current == -* ]]; then
    __nettools_offer_options
  else
    [[ $place -gt 0 || -n $ended ]] || __nettools_add "${verbs[@]}"
    index=$((place < ${#arguments[@]} ? place : ${#arguments[@]} - 1))
    value=${arguments[index]}
    [[ $index == "$place" || $value == *... ]] || value=''
    __nettools_offer "${value:-anything}"
    # Where nothing can be said of an argument, what helps is to see the options.
    [[ -n $current$ended || ${#COMPREPLY[@]} != 0 || ${value:-anything} != anything* ]] || __nettools_offer_options
  fi
}

if type compopt >/dev/null 2>&1; then
  complete -F _nettools nettools
else # bash 3.2, which cannot be told in the middle that a value is a file
  complete -o default -F _nettools nettools
fi
