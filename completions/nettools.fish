# Completion of nettools in fish.
# Made by tools/completions.py from the commands themselves: do not edit.
#
#   in this session     nettools completion fish | source
#   in every session    this file as ~/.config/fish/completions/nettools.fish
#
# Nothing that is offered is evaluated, taken for a pattern or split at blanks. Names that only this machine knows come
# a line each from "nettools __complete", and what could be more than a name to a shell is left out there and here.

# Prints the words of a closed list.
function __nettools_words --argument-names kind
    switch $kind
        case dns-type
            printf '%s\n' \
              A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP-PTR SIG \
              KEY PX GPOS AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK APL DS SSHFP IPSECKEY RRSIG \
              NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC \
              ZONEMD SVCB HTTPS DSYNC HHIT BRID SPF UINFO UID GID UNSPEC NID L32 L64 LP EUI48 EUI64 ANY URI CAA AVC \
              DOA AMTRELAY RESINFO WALLET CLA IPN TA DLV
        case link-kind
            printf '%s\n' \
              amt bareudp batadv bond bridge can dsa dummy erspan ether geneve gre gretap gtp hsr ifb ip6erspan \
              ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ipvtap loopback lowpan macsec macvlan macvtap netkit nlmon \
              openvswitch ppp rmnet sit tap team tun vcan veth virt_wifi vlan vrf vti vti6 vxcan vxlan wireguard \
              wwan xfrm
        case port-word
            printf '%s\n' \
              all top:100 web mail dns directory remote file database queue container monitoring voip printers \
              camera industrial vpn game
        case schema
            printf '%s\n' \
              cat cat-lines config error events ifaces ifaces-lines port-service port-service-lines rdns rdns-lines \
              resolve resolve-lines route route-explain route-explain-lines route-lines scan scan-lines schemas \
              schemas-lines subnet subnet-compare subnet-compare-lines subnet-filter subnet-filter-lines \
              subnet-lines subnet-list subnet-list-lines subnet-mac subnet-mac-lines subnet-relation \
              subnet-relation-lines
        case server-scheme
            printf '%s\n' udp:// tcp:// tls:// https:// quic://
        case service
            printf '%s\n' \
              3com-tsmux afpovertcp amqp aruba-papi avt-profile-1 avt-profile-2 bacnet bfd-control bfd-echo \
              bfd-multi-ctl bgp chargen coap coaps ctf daytime dhcpv6-client dhcpv6-server discard dnp docker \
              docker-s domain echo efcp etcd-client EtherNet-IP-1 EtherNet-IP-2 exec finger ftp ftp-data ftps \
              ftps-data geneve glbp gopher gtp-control gtp-user h323gatestat hart-ip hsrp http http-alt http-mgmt \
              http-rpc-epmap https iax ibm-db2 ident imap imap3 imaps ipfix ipp ipsec-nat-t irc isakmp iscsi \
              kerberos kerberos-adm kpasswd kshell ldap ldaps ldp llmnr login manet mdns memcache mgcp-callagent \
              mgcp-gateway mit-ml-dev mongodb mqtt msexch-routing mtp mysql netbios-dgm netbios-ns netconf-ssh nfs \
              nicname nntp nntps ntp odmr olsr oob-ws-http oob-ws-https opcua-tcp openvpn pcp pcp-multicast pftp \
              pharos pop2 pop3 pop3s postgresql pptp profinet-cm ptp-event ptp-general qotd radius radius-acct redis \
              ripng router rsh-spx rsync rtsp sa-msg-port secure-mqtt sflow sftp sightline sip smtp smux snmp \
              snmptrap socks ssdp ssh stun stuns submission svrloc syslog tacacs tacacss telnet telnets tftp time \
              us-cli uucp vcom-tunnel vxlan ws-discovery wsdapi xdmcp xfer
        case setting
            printf '%s\n' \
              ifaces route resolve rdns cat listen scan subnet port-service format color progress timeout \
              ifaces.format ifaces.interval route.format resolve.format resolve.server resolve.timeout resolve.tries \
              resolve.concurrency resolve.rate resolve.interval resolve.bufsize resolve.search resolve.cafile \
              resolve.trust-anchor resolve.root-hints rdns.format rdns.server rdns.timeout rdns.tries \
              rdns.concurrency rdns.rate rdns.cafile cat.format cat.wait cat.retry cat.backoff cat.idle-timeout \
              cat.keepalive cat.tls-min cat.cafile cat.proxy cat.proxy-type cat.proxy-dns cat.proxy-auth-file \
              listen.max-conns listen.idle-timeout listen.keepalive listen.tls-min scan.format scan.ports \
              scan.discover scan.timeout scan.host-timeout scan.retries scan.rate scan.delay scan.max-in-flight \
              scan.order subnet.format port-service.format proxy-auth
        case starttls
            printf '%s\n' smtp lmtp imap pop3 ftp nntp sieve xmpp xmpp-server ldap postgres mysql
        case topic
            printf '%s\n' \
              ifaces route resolve rdns cat listen scan subnet port-service schema config completion exit-codes \
              formats environment files settings
    end
end

# Prints the options of a command whose value is the next word.
function __nettools_valued --argument-names path
    switch $path
        case ifaces
            printf '%s\n' --kind --netns --interval -f --format -o --output --color --progress
        case route
            printf '%s\n' \
              --netns --table --from --mark --interface --uid --iif --tos --protocol --sport --dport -f --format -o \
              --output --color --progress
        case resolve
            printf '%s\n' \
              -n --name -t --type -x --reverse --class --trust-anchor --root-hints --interval --expect --ixfr -s \
              --server --port --timeout --tries --cafile --tls-name --tsig --tsig-file --subnet --bufsize --file \
              --concurrency --rate -f --format -o --output --color --progress
        case rdns
            printf '%s\n' \
              -s --server --port --cafile --tls-name --timeout --tries --file --concurrency --rate -f --format -o \
              --output --color --progress
        case cat
            printf '%s\n' \
              -s --source -p --source-port --interface -w --wait --retry --backoff -i --idle-timeout -q --quit-after \
              -d --delay --limit-rate -e --exec -c --sh-exec --send --cert --key --cafile --alpn --ciphers --tls-min \
              --keylog --servername --pin --starttls --proxy --proxy-type --proxy-auth --proxy-auth-file --proxy-dns \
              -o --output -x --hex-dump --events --tos --ttl --keepalive --sndbuf --rcvbuf -f --format --color \
              --progress
        case listen
            printf '%s\n' \
              -p --port --mode -m --max-conns --allow --deny --allowfile --denyfile --service --serve --forward \
              --proxy-server --proxy-auth --proxy-auth-file --receive -i --idle-timeout -q --quit-after -d --delay \
              --limit-rate -e --exec -c --sh-exec --cert --key --cafile --alpn --ciphers --tls-min --keylog -o \
              --output -x --hex-dump --events --tos --ttl --keepalive --sndbuf --rcvbuf -f --format --color \
              --progress
        case scan
            printf '%s\n' \
              -p --ports --targets --exclude --exclude-file --source --interface --source-port --timeout \
              --host-timeout --retries --rate --delay --max-in-flight --order --seed --shard --resume --diff \
              --expect-file -f --format -o --output --color --progress
        case subnet
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet describe'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet split'
            printf '%s\n' --prefix --into --hosts --names -f --format -o --output --color --progress
        case 'subnet merge'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet cover'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet subtract'
            printf '%s\n' --minus -f --format -o --output --color --progress
        case 'subnet intersect'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet compare'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet range'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet relate'
            printf '%s\n' --expect -f --format -o --output --color --progress
        case 'subnet list'
            printf '%s\n' --count --nth --step --random --seed -f --format -o --output --color --progress
        case 'subnet sort'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet filter'
            printf '%s\n' --file -f --format -o --output --color --progress
        case 'subnet free'
            printf '%s\n' --used --prefix --count -f --format -o --output --color --progress
        case 'subnet reverse'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet mac'
            printf '%s\n' --prefix -f --format -o --output --color --progress
        case 'subnet nat64'
            printf '%s\n' -f --format -o --output --color --progress
        case 'subnet ula'
            printf '%s\n' --count -f --format -o --output --color --progress
        case port-service
            printf '%s\n' --search --protocol -f --format -o --output --color --progress
        case schema
            printf '%s\n' -f --format -o --output --color --progress
        case config
            printf '%s\n' -f --format -o --output --color --progress
        case completion
            printf '%s\n' -f --format -o --output --color --progress
    end
end

# Prints the verbs of a command.
function __nettools_verbs --argument-names path
    switch $path
        case subnet
            printf '%s\n' \
              describe split merge cover subtract intersect compare range relate list sort filter free reverse mac \
              nat64 ula
    end
end

# Finds the command with its verb, and how many arguments stand before the cursor. Every line below wants to know, so it
# is found once for a line.
function __nettools_look
    set -l line (commandline -cp | string collect)
    test "$line" = "$__nettools_line"; and return
    set -g __nettools_line $line
    set -g __nettools_path ''
    set -g __nettools_place 0
    set -l tokens (commandline -opc)
    while set -q tokens[1]; and not string match -qr -- '(^|/)nettools$' $tokens[1]
        set -e tokens[1]
    end
    set -q tokens[2]; or return
    set __nettools_path $tokens[2]
    set -l ended no
    set -l value no
    set -l valued (__nettools_valued $__nettools_path)
    set -l verbs (__nettools_verbs $__nettools_path)
    for token in $tokens[3..-1]
        if test $value = yes
            set value no
        else if test $ended = yes; or not string match -qr -- '^-.' $token
            if test $__nettools_place = 0 -a $ended = no; and contains -- $token $verbs
                set __nettools_path "$__nettools_path $token"
                set valued (__nettools_valued $__nettools_path)
                set verbs
            else
                set __nettools_place (math $__nettools_place + 1)
            end
        else if test $token = --
            set ended yes
        else if contains -- $token $valued
            set value yes
        else if string match -qr -- '^-[^-].' $token; and not contains -- (string sub -l 2 -- $token) $valued
            # Short options in one word, of which the last may have a value.
            contains -- -(string sub -s -1 -- $token) $valued; and set value yes
        end
    end
end

# PATH [PLACE]: whether the cursor stands behind this command, and at this argument of it; 1+ is 1 and all that follow.
function __nettools_at
    __nettools_look
    test "$__nettools_path" = $argv[1]; or return
    set -q argv[2]; or return 0
    switch $argv[2]
        case '*+'
            test $__nettools_place -ge (string trim -c + -- $argv[2])
        case '*'
            test $__nettools_place = $argv[2]
    end
end

# Whether no command is named yet.
function __nettools_at_start
    __nettools_look
    test -z "$__nettools_path"
end

# Whether the cursor stands behind one of the commands.
function __nettools_in_command
    __nettools_look
    contains -- (string split ' ' -- $__nettools_path)[1] ifaces route resolve rdns cat listen scan subnet port-service schema config completion
end

# KIND: prints what nettools finds on this machine, and waits a second for it at most where timeout(1) is.
function __nettools_ask --argument-names kind
    string match -q -- '-*' (__nettools_value); and return
    command -q nettools; or return
    if command -q timeout
        command timeout 1 nettools __complete $kind </dev/null 2>/dev/null
    else
        command nettools __complete $kind </dev/null 2>/dev/null
    end | string match -r '^[A-Za-z0-9_.:%+][A-Za-z0-9_.:@%+-]*$'
end

# Prints the word under the cursor, without the option before it: of --ports=22,h it is 22,h.
function __nettools_value
    commandline -ct | string replace -r -- '^--[a-z0-9-]+=' ''
end

# Prints the services and other words of a list of ports, behind the commas and T: or U: that stand there.
function __nettools_ports
    set -l before (__nettools_value | string match -r -- '^(?:.*,)?(?:[TU]:)?')
    printf '%s\n' $before(__nettools_words port-word) $before(__nettools_words service)
end

# The same where a single name would be taken for a host: behind a comma, T:, U: or top:.
function __nettools_port_list
    __nettools_value | string match -qr -- '^[TU]:|^top:|,'; and __nettools_ports
end

# Prints the hosts that are known, also behind tls:// and the like.
function __nettools_servers
    set -l before (__nettools_value | string match -r -- '^@?(?:[a-z]+://)?')
    string match -q -- '*://' $before; or printf '%s\n' $before(__nettools_words server-scheme)
    printf '%s\n' $before(__nettools_ask hosts)
end

# The same where an @ has to stand before a server.
function __nettools_at_servers
    __nettools_value | string match -q -- '@*'; and __nettools_servers
end

# Prints files, each behind an @, where one is typed.
function __nettools_at_files
    set -l word (__nettools_value)
    string match -q -- '@*' $word; and printf '@%s\n' (__fish_complete_path (string sub -s 2 -- $word))
end

# Whether the word under the cursor can be a path.
function __nettools_in_path
    commandline -ct | string match -q -- '*/*'
end

complete -c nettools -f
complete -c nettools -n __nettools_at_start -a ifaces -d 'The interfaces: state, addresses, gateways, links, counters.'
complete -c nettools -n __nettools_at_start -a route -d 'Routes and rules; which way a destination goes, and why.'
complete -c nettools -n __nettools_at_start -a resolve -d 'What the DNS says of a name, who says it, and why.'
complete -c nettools -n __nettools_at_start -a rdns -d 'Which names addresses have, and whether they lead back.'
complete -c nettools -n __nettools_at_start -a cat -d 'Bytes to another side and back: TCP, UDP, TLS, files.'
complete -c nettools -n __nettools_at_start -a listen -d 'Wait for clients: relay, programs, services, files.'
complete -c nettools -n __nettools_at_start -a scan -d 'Which ports of a host are open, closed or filtered, and why.'
complete -c nettools -n __nettools_at_start -a subnet -d 'Networks, addresses: masks, ends, counts, registries, bits.'
complete -c nettools -n __nettools_at_start -a port-service -d 'What runs on a port, which port a service has.'
complete -c nettools -n __nettools_at_start -a schema -d 'The JSON Schema of a command\'s output.'
complete -c nettools -n __nettools_at_start -a config -d 'Each setting, its value, and where it came from.'
complete -c nettools -n __nettools_at_start -a completion -d 'The script that lets Tab complete nettools in a shell.'
complete -c nettools -n __nettools_at_start -a help -d 'Help on a command or a topic.'
complete -c nettools -n __nettools_at_start -s h -l help -d 'Show this message and exit'
complete -c nettools -n __nettools_at_start -l version -d 'Show the version'

# nettools help
set -l at '__nettools_at help'
complete -c nettools -n "$at 0" -a ifaces -d 'The interfaces: state, addresses, gateways, links, counters.'
complete -c nettools -n "$at 0" -a route -d 'Routes and rules; which way a destination goes, and why.'
complete -c nettools -n "$at 0" -a resolve -d 'What the DNS says of a name, who says it, and why.'
complete -c nettools -n "$at 0" -a rdns -d 'Which names addresses have, and whether they lead back.'
complete -c nettools -n "$at 0" -a cat -d 'Bytes to another side and back: TCP, UDP, TLS, files.'
complete -c nettools -n "$at 0" -a listen -d 'Wait for clients: relay, programs, services, files.'
complete -c nettools -n "$at 0" -a scan -d 'Which ports of a host are open, closed or filtered, and why.'
complete -c nettools -n "$at 0" -a subnet -d 'Networks, addresses: masks, ends, counts, registries, bits.'
complete -c nettools -n "$at 0" -a port-service -d 'What runs on a port, which port a service has.'
complete -c nettools -n "$at 0" -a schema -d 'The JSON Schema of a command\'s output.'
complete -c nettools -n "$at 0" -a config -d 'Each setting, its value, and where it came from.'
complete -c nettools -n "$at 0" -a completion -d 'The script that lets Tab complete nettools in a shell.'
complete -c nettools -n "$at 0" -a exit-codes -d 'Help on exit codes.'
complete -c nettools -n "$at 0" -a formats -d 'Help on formats.'
complete -c nettools -n "$at 0" -a environment -d 'Help on environment.'
complete -c nettools -n "$at 0" -a files -d 'Help on files.'
complete -c nettools -n "$at 0" -a settings -d 'Help on settings.'

# Every command
set at __nettools_in_command
complete -c nettools -n $at -l json -d 'The same as --format json'
complete -c nettools -n $at -l color -x -a 'auto always never' -d 'Colour in tables'
complete -c nettools -n $at -l progress -x -a 'auto never jsonl' -d 'Progress on standard error; auto: on a terminal'
complete -c nettools -n $at -s v -l verbose -d 'Say more on standard error'
complete -c nettools -n $at -l quiet -d 'Nothing on standard error but a failure'
complete -c nettools -n $at -l debug -d 'Show the traceback of an error'
complete -c nettools -n $at -s h -l help -d 'Show this message and exit'

# nettools ifaces
set at '__nettools_at ifaces'
complete -c nettools -n "$at 0+" -a '(__nettools_ask interfaces)'
complete -c nettools -n $at -s 4 -l ipv4 -d 'Only IPv4 addresses, and what has one'
complete -c nettools -n $at -s 6 -l ipv6 -d 'Only IPv6 addresses, and what has one'
complete -c nettools -n $at -l up -d 'Only what is switched on'
complete -c nettools -n $at -l kind -x -a '(__nettools_words link-kind)' -d 'Only links of a kind: ether, veth, bridge, vlan, tap'
complete -c nettools -n $at -l netns -x -a '(__nettools_ask namespaces)' -d 'Look in that network namespace (as root)'
complete -c nettools -n $at -l stats -d 'Show the counters'
complete -c nettools -n $at -l rate -d 'Show bytes and packets a second until Ctrl-C'
complete -c nettools -n $at -l tree -d 'Draw which link lies on, in or across from which'
complete -c nettools -n $at -l primary -d 'The interface and source address that the default route would use'
complete -c nettools -n $at -l watch -d 'Tell each change as the kernel does, until Ctrl-C'
complete -c nettools -n $at -l interval -x -d 'The time between two looks of --rate'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools route
set at '__nettools_at route'
complete -c nettools -n "$at 0+" -a '(__nettools_ask hosts)'
complete -c nettools -n $at -s 4 -l ipv4 -d 'Only IPv4'
complete -c nettools -n $at -s 6 -l ipv6 -d 'Only IPv6'
complete -c nettools -n $at -l netns -x -a '(__nettools_ask namespaces)' -d 'Look in that network namespace (as root)'
complete -c nettools -n $at -l table -x -a 'all default main local' -d 'List that table, by name or number, or all'
complete -c nettools -n $at -l rules -d 'List the policy rules too'
complete -c nettools -n $at -l watch -d 'Tell each change as the kernel does, until Ctrl-C'
complete -c nettools -n $at -l from -x -a '(__nettools_ask addresses)' -d 'From this source address'
complete -c nettools -n $at -l mark -x -d 'With this firewall mark'
complete -c nettools -n $at -l interface -x -a '(__nettools_ask interfaces)' -d 'One that must leave by IF'
complete -c nettools -n $at -l uid -x -d 'Of that user'
complete -c nettools -n $at -l iif -x -a '(__nettools_ask interfaces)' -d 'One that came in by IF (with --from)'
complete -c nettools -n $at -l tos -x -d 'With this TOS or traffic class'
complete -c nettools -n $at -l protocol -x -a 'tcp udp icmp icmpv6 ipv6-icmp' -d 'Of tcp, udp or icmp'
complete -c nettools -n $at -l sport -x -d 'From this port'
complete -c nettools -n $at -l dport -x -d 'To this port'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools resolve
set at '__nettools_at resolve'
complete -c nettools -n "$at 0+" -a '(__nettools_ask hosts)'
complete -c nettools -n "$at 0+" -a '(__nettools_words dns-type)'
complete -c nettools -n "$at 0+" -a '(__nettools_at_servers)'
complete -c nettools -n $at -s n -l name -x -a '(__nettools_ask hosts)' -d 'A name, even if it looks like a type'
complete -c nettools -n $at -s t -l type -x -a '(__nettools_words dns-type)' -d 'A type as dig names it, or TYPEnnn'
complete -c nettools -n $at -s x -l reverse -x -a '(__nettools_ask addresses)' -d 'The names of an address (PTR)'
complete -c nettools -n $at -l class -x -a 'IN CH HS NONE ANY' -d 'IN, CH, HS, or CLASSnnn'
complete -c nettools -n $at -l search -d 'Try short names with the search list of resolv.conf'
complete -c nettools -n $at -l no-search -d 'The opposite of --search'
complete -c nettools -n $at -l validate -d 'Prove the answer by the chain of signatures from the root'
complete -c nettools -n $at -l trust-anchor -r -F -d 'With --validate, --trace: DS or DNSKEY records to trust'
complete -c nettools -n $at -l trace -d 'Follow the name from the root, and ask every server'
complete -c nettools -n $at -l root-hints -r -F -d 'With --trace: the root servers'
complete -c nettools -n $at -l all-ns -d 'Compare all servers of the zone; asks SOA unless said'
complete -c nettools -n $at -l compare -d 'Compare the answers of the servers named'
complete -c nettools -n $at -l system -d 'Ask getaddrinfo(3) too, and explain a difference'
complete -c nettools -n $at -l watch -d 'Ask again and again, and tell what changes'
complete -c nettools -n $at -l interval -x -d 'With --watch: from one look to the next'
complete -c nettools -n $at -l expect -x -d 'Exit 1 unless an answer has this data or status; with --watch wait for it'
complete -c nettools -n $at -l axfr -d 'Transfer the whole zone'
complete -c nettools -n $at -l ixfr -x -d 'Transfer what changed since SERIAL'
complete -c nettools -n $at -l short -d 'Print only the data, a line for each record'
complete -c nettools -n $at -s s -l server -x -a '(__nettools_servers)' -d 'ADDRESS, NAME, or udp:// tcp:// tls:// https:// quic:// and either; a :PORT behind it'
complete -c nettools -n $at -l port -x -d 'The port of servers without one'
complete -c nettools -n $at -s 4 -l ipv4 -d 'Ask servers over IPv4 only'
complete -c nettools -n $at -s 6 -l ipv6 -d 'Ask servers over IPv6 only'
complete -c nettools -n $at -l tcp -d 'TCP from the start, not only on truncation'
complete -c nettools -n $at -l timeout -x -d 'For all tries of a question together'
complete -c nettools -n $at -l tries -x -d 'How often each server is asked'
complete -c nettools -n $at -l insecure -d 'Take any certificate'
complete -c nettools -n $at -l cafile -r -F -d 'Certificates to trust, in PEM'
complete -c nettools -n $at -l tls-name -x -a '(__nettools_ask hosts)' -d 'The name in the certificate'
complete -c nettools -n $at -l tsig -x -d 'Sign with a shared key, which others see in ps(1)'
complete -c nettools -n $at -l tsig-file -r -F -d 'The key in a file, as tsig-keygen writes it'
complete -c nettools -n $at -l dnssec -d 'Ask for signatures (DO)'
complete -c nettools -n $at -l ad -d 'Ask whether the server has validated (AD)'
complete -c nettools -n $at -l cd -d 'Ask it not to validate (CD)'
complete -c nettools -n $at -l no-rd -d 'Ask it not to ask others (no RD)'
complete -c nettools -n $at -l nsid -d 'Ask for the server\'s identifier'
complete -c nettools -n $at -l cookie -d 'Send a DNS cookie'
complete -c nettools -n $at -l subnet -x -d 'Ask as for a client there (ECS)'
complete -c nettools -n $at -l bufsize -x -d 'The largest UDP answer taken'
complete -c nettools -n $at -l no-edns -d 'Without EDNS'
complete -c nettools -n $at -l file -r -F -d 'Names, one a line, perhaps with types; - is standard input'
complete -c nettools -n $at -l concurrency -x -d 'Questions on their way at a time'
complete -c nettools -n $at -l rate -x -d 'With --file: at most N queries a second to a server'
complete -c nettools -n $at -l ordered -d 'Keep JSONL in the order of the questions, as other formats are'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv dig rfc8427' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools rdns
set at '__nettools_at rdns'
complete -c nettools -n "$at 0+" -a '(__nettools_ask addresses)'
complete -c nettools -n "$at 0+" -a '(__nettools_at_servers)'
complete -c nettools -n $at -l no-forward -d 'Do not ask for the addresses of the names: no verdicts'
complete -c nettools -n $at -l all -d 'List addresses without a name too'
complete -c nettools -n $at -s s -l server -x -a '(__nettools_servers)' -d 'Whom to ask'
complete -c nettools -n $at -l port -x -d 'The port of servers named without one'
complete -c nettools -n $at -l insecure -d 'Take any certificate'
complete -c nettools -n $at -l cafile -r -F -d 'Certificates to trust, in PEM'
complete -c nettools -n $at -l tls-name -x -a '(__nettools_ask hosts)' -d 'The name in the certificate'
complete -c nettools -n $at -l timeout -x -d 'All tries of a question together'
complete -c nettools -n $at -l tries -x -d 'How often each server is asked'
complete -c nettools -n $at -l file -r -F -d 'More targets, one a line; - is standard input'
complete -c nettools -n $at -l concurrency -x -d 'The most questions on their way'
complete -c nettools -n $at -l rate -x -d 'The most questions a second to a server'
complete -c nettools -n $at -l ordered -d 'JSONL in the order of the addresses'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools cat
set at '__nettools_at cat'
complete -c nettools -n "$at 0" -a '(__nettools_ask hosts)'
complete -c nettools -n "$at 0; and __nettools_in_path" -F
complete -c nettools -n "$at 1" -a '(__nettools_words service)'
complete -c nettools -n $at -s u -l udp -d 'UDP; with -U Unix datagrams'
complete -c nettools -n $at -l mptcp -d 'Multipath TCP (RFC 8684), where the kernel has it'
complete -c nettools -n $at -s U -l unix -d 'A Unix socket: PATH, or @NAME for an abstract one'
complete -c nettools -n $at -l vsock -d 'A virtual machine\'s socket: the host is its context number'
complete -c nettools -n $at -s 4 -l ipv4 -d 'IPv4 only'
complete -c nettools -n $at -s 6 -l ipv6 -d 'IPv6 only'
complete -c nettools -n $at -s z -l zero -d 'Only connect, and say whether that works'
complete -c nettools -n $at -s n -l numeric -d 'Take no name: the host is an address'
complete -c nettools -n $at -s s -l source -x -d 'Connect from this address; with -U -u from this path'
complete -c nettools -n $at -s p -l source-port -x -d 'Connect from this port'
complete -c nettools -n $at -l interface -x -a '(__nettools_ask interfaces)' -d 'Use this interface alone (SO_BINDTODEVICE)'
complete -c nettools -n $at -s w -l wait -x -d 'The longest time to connect'
complete -c nettools -n $at -l retry -x -d 'Try again so often when there is no connection'
complete -c nettools -n $at -l backoff -x -d 'Before the second try; doubled for each that follows'
complete -c nettools -n $at -l send-only -d 'Only send, and end when all is sent'
complete -c nettools -n $at -l recv-only -d 'Only receive; standard input is not read'
complete -c nettools -n $at -l no-shutdown -d 'Do not tell the other side that the input has ended'
complete -c nettools -n $at -s i -l idle-timeout -x -d 'End with 1 when nothing comes or goes for so long'
complete -c nettools -n $at -s q -l quit-after -x -d 'End so long after the input has ended'
complete -c nettools -n $at -s C -l crlf -d 'Send CRLF for each LF'
complete -c nettools -n $at -s t -l telnet -d 'Answer telnet\'s negotiation, and leave it out'
complete -c nettools -n $at -s d -l delay -x -d 'Wait so long between the lines that are sent'
complete -c nettools -n $at -l limit-rate -x -d 'At most so many bytes a second are sent; k, M, G of 1024'
complete -c nettools -n $at -s e -l exec -r -F -d 'Run a program, without a shell, in place of standard input and output'
complete -c nettools -n $at -s c -l sh-exec -x -d 'The same through /bin/sh'
complete -c nettools -n $at -l stay -d 'Go on when the other side has ended, until the input ends too'
complete -c nettools -n $at -l send -r -F -d 'Send a file to listen --receive, and check that it arrived'
complete -c nettools -n $at -l resume -d 'With --send: go on where a transfer was cut'
complete -c nettools -n $at -l tls -l ssl -d 'TLS'
complete -c nettools -n $at -l cert -r -F -d 'Our certificate, in PEM'
complete -c nettools -n $at -l key -r -F -d 'Its private key'
complete -c nettools -n $at -l cafile -r -F -d 'Certificates to trust, in PEM'
complete -c nettools -n $at -l alpn -x -d 'Protocols to agree on, with commas: h2,http/1.1'
complete -c nettools -n $at -l ciphers -x -d 'Ciphers of TLS 1.2, as OpenSSL names them'
complete -c nettools -n $at -l tls-min -x -a '1.2 1.3' -d 'The oldest version: 1.2 or 1.3'
complete -c nettools -n $at -l keylog -r -F -d 'Write the session keys there, for Wireshark'
complete -c nettools -n $at -l insecure -d 'Take any certificate'
complete -c nettools -n $at -l servername -x -a '(__nettools_ask hosts)' -d 'The name to ask for, and in the certificate'
complete -c nettools -n $at -l pin -x -d 'Take only this public key, in hex or base64; may be repeated'
complete -c nettools -n $at -l starttls -x -a '(__nettools_words starttls)' -d 'Begin TLS inside smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, ldap, postgres or mysql'
complete -c nettools -n $at -l proxy -x -a '(__nettools_ask hosts)' -d 'Connect through a proxy; none: straight'
complete -c nettools -n $at -l proxy-type -x -a 'http socks4 socks5' -d 'http, socks4 or socks5'
complete -c nettools -n $at -l proxy-auth -x -d 'Who we are to the proxy; others see it in ps(1)'
complete -c nettools -n $at -l proxy-auth-file -r -F -d 'The same in a file; NETTOOLS_PROXY_AUTH is looked at too'
complete -c nettools -n $at -l proxy-dns -x -a 'local remote' -d 'Who looks the name up: local or remote'
complete -c nettools -n $at -s o -l output -r -F -d 'Write all that comes and goes there as well'
complete -c nettools -n $at -s x -l hex-dump -r -F -d 'The same as hex, with direction and time; - is standard error'
complete -c nettools -n $at -l append-output -d 'Append to these files'
complete -c nettools -n $at -l events -r -F -d 'What happens as JSONL; - is standard output, when it carries no data'
complete -c nettools -n $at -l raw -d 'Write what comes to a terminal as it is'
complete -c nettools -n $at -l timeline -d 'Say at the end when what happened'
complete -c nettools -n $at -l tos -x -d 'The type of service or traffic class of packets'
complete -c nettools -n $at -l ttl -x -d 'The time to live or hop limit of packets'
complete -c nettools -n $at -l nodelay -d 'Send small writes at once (TCP_NODELAY)'
complete -c nettools -n $at -l keepalive -x -d 'Probe a silent connection so often (SO_KEEPALIVE)'
complete -c nettools -n $at -l sndbuf -x -d 'The send buffer'
complete -c nettools -n $at -l rcvbuf -x -d 'The receive buffer'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'

# nettools listen
set at '__nettools_at listen'
complete -c nettools -n "$at 0" -a '(__nettools_ask hosts)'
complete -c nettools -n "$at 0; and __nettools_in_path" -F
complete -c nettools -n "$at 1" -a '(__nettools_words service)'
complete -c nettools -n $at -s u -l udp -d 'UDP; with -U Unix datagrams'
complete -c nettools -n $at -l mptcp -d 'Multipath TCP (RFC 8684), where the kernel has it'
complete -c nettools -n $at -s U -l unix -d 'A Unix socket: PATH, or @NAME for an abstract one'
complete -c nettools -n $at -l vsock -d 'A virtual machine\'s socket: the host is its context number'
complete -c nettools -n $at -s 4 -l ipv4 -d 'IPv4 only'
complete -c nettools -n $at -s 6 -l ipv6 -d 'IPv6 only'
complete -c nettools -n $at -l any -d 'Listen on all addresses'
complete -c nettools -n $at -l announce-listen -d 'Say on standard error where, once connections are taken'
complete -c nettools -n $at -s p -l port -x -d 'The port, for fingers that know nc -l -p'
complete -c nettools -n $at -l mode -x -d 'With -U: the permissions of the socket'
complete -c nettools -n $at -l unlink-first -d 'With -U: remove a socket that is in the way'
complete -c nettools -n $at -s k -l keep-open -d 'Take many clients: input goes to all, what all say is written'
complete -c nettools -n $at -s m -l max-conns -x -d 'At most so many at a time'
complete -c nettools -n $at -l allow -x -d 'Take only these, with commas'
complete -c nettools -n $at -l deny -x -d 'Never take these, even if allowed'
complete -c nettools -n $at -l allowfile -r -F -d 'The same, one a line; read again on SIGHUP'
complete -c nettools -n $at -l denyfile -r -F -d 'The same, one a line; read again on SIGHUP'
complete -c nettools -n $at -l broker -d 'Pass on what each client says to all others'
complete -c nettools -n $at -l chat -d 'A broker that says who speaks'
complete -c nettools -n $at -l service -x -a 'echo discard daytime time chargen qotd finger' -d 'echo, discard, daytime, time, chargen, qotd or finger'
complete -c nettools -n $at -l serve -x -a '(__fish_complete_directories)' -d 'Its files over HTTP'
complete -c nettools -n $at -l forward -x -a '(__nettools_ask hosts)' -d 'Connect each client to there'
complete -c nettools -n $at -l proxy-server -x -a 'http socks5' -d 'Be a proxy: http or socks5'
complete -c nettools -n $at -l proxy-auth -x -d 'What clients of the proxy must say; others see it in ps(1)'
complete -c nettools -n $at -l proxy-auth-file -r -F -d 'The same in a file; NETTOOLS_PROXY_AUTH is looked at too'
complete -c nettools -n $at -l receive -r -F -d 'Take a file that cat --send sends, into PATH'
complete -c nettools -n $at -l send-only -d 'Only send, and end when all is sent'
complete -c nettools -n $at -l recv-only -d 'Only receive; standard input is not read'
complete -c nettools -n $at -l no-shutdown -d 'Do not tell the other side that the input has ended'
complete -c nettools -n $at -s i -l idle-timeout -x -d 'End with 1 when nothing comes or goes for so long'
complete -c nettools -n $at -s q -l quit-after -x -d 'End so long after the input has ended'
complete -c nettools -n $at -s C -l crlf -d 'Send CRLF for each LF'
complete -c nettools -n $at -s t -l telnet -d 'Answer telnet\'s negotiation, and leave it out'
complete -c nettools -n $at -s d -l delay -x -d 'Wait so long between the lines that are sent'
complete -c nettools -n $at -l limit-rate -x -d 'At most so many bytes a second are sent; k, M, G of 1024'
complete -c nettools -n $at -s e -l exec -r -F -d 'Run a program, without a shell, in place of standard input and output'
complete -c nettools -n $at -s c -l sh-exec -x -d 'The same through /bin/sh'
complete -c nettools -n $at -l tls -l ssl -d 'TLS'
complete -c nettools -n $at -l cert -r -F -d 'Our certificate, in PEM'
complete -c nettools -n $at -l key -r -F -d 'Its private key'
complete -c nettools -n $at -l cafile -r -F -d 'Certificates to trust, in PEM'
complete -c nettools -n $at -l alpn -x -d 'Protocols to agree on, with commas: h2,http/1.1'
complete -c nettools -n $at -l ciphers -x -d 'Ciphers of TLS 1.2, as OpenSSL names them'
complete -c nettools -n $at -l tls-min -x -a '1.2 1.3' -d 'The oldest version: 1.2 or 1.3'
complete -c nettools -n $at -l keylog -r -F -d 'Write the session keys there, for Wireshark'
complete -c nettools -n $at -s o -l output -r -F -d 'Write all that comes and goes there as well'
complete -c nettools -n $at -s x -l hex-dump -r -F -d 'The same as hex, with direction and time; - is standard error'
complete -c nettools -n $at -l append-output -d 'Append to these files'
complete -c nettools -n $at -l events -r -F -d 'What happens as JSONL; - is standard output, when it carries no data'
complete -c nettools -n $at -l raw -d 'Write what comes to a terminal as it is'
complete -c nettools -n $at -l tos -x -d 'The type of service or traffic class of packets'
complete -c nettools -n $at -l ttl -x -d 'The time to live or hop limit of packets'
complete -c nettools -n $at -l nodelay -d 'Send small writes at once (TCP_NODELAY)'
complete -c nettools -n $at -l keepalive -x -d 'Probe a silent connection so often (SO_KEEPALIVE)'
complete -c nettools -n $at -l sndbuf -x -d 'The send buffer'
complete -c nettools -n $at -l rcvbuf -x -d 'The receive buffer'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'

# nettools scan
set at '__nettools_at scan'
complete -c nettools -n "$at 0" -a '(__nettools_ask hosts)'
complete -c nettools -n "$at 1+" -a '(__nettools_ask hosts)'
complete -c nettools -n "$at 1+" -a '(__nettools_port_list)'
complete -c nettools -n $at -s p -l ports -x -a '(__nettools_ports)' -d '22  1-1024  22,80,8000-8100  ssh,http  T:22,U:53  top:N  web  all; lists add up'
complete -c nettools -n $at -l targets -r -F -d 'More targets, one a line; - is stdin'
complete -c nettools -n $at -l exclude -x -a '(__nettools_ask hosts)' -d 'Targets to leave out, with commas'
complete -c nettools -n $at -l exclude-file -r -F -d 'The same, one a line'
complete -c nettools -n $at -l discover -d 'Scan the ports of hosts alone that answer a ping or TCP 443, 80, 22'
complete -c nettools -n $at -l no-discover -d 'The opposite of --discover'
complete -c nettools -n $at -l yes -d 'Go on with more than 16,777,216 (2^24) probes'
complete -c nettools -n $at -s 4 -l ipv4 -d 'Only the IPv4 addresses of names'
complete -c nettools -n $at -s 6 -l ipv6 -d 'Only the IPv6 addresses of names'
complete -c nettools -n $at -l connect -d 'TCP connections (the default)'
complete -c nettools -n $at -l syn -d 'TCP SYN packets; needs CAP_NET_RAW'
complete -c nettools -n $at -l ack -d 'TCP ACK packets: what a firewall lets in; CAP_NET_RAW'
complete -c nettools -n $at -l udp -d 'UDP, with a payload of the port\'s service'
complete -c nettools -n $at -l source -x -d 'Send from this address'
complete -c nettools -n $at -l interface -x -a '(__nettools_ask interfaces)' -d 'Send through this interface'
complete -c nettools -n $at -l source-port -x -d 'Send from this port'
complete -c nettools -n $at -l banner -d 'What a service says unasked, up to 4 KiB'
complete -c nettools -n $at -l tls-info -d 'TLS version, cipher, certificate and its trust'
complete -c nettools -n $at -l probe -d 'Ask which service, product, version it is'
complete -c nettools -n $at -l rdns -d 'The names of the hosts found (PTR)'
complete -c nettools -n $at -l timeout -x -d 'The longest that one probe waits: 2s, 500ms'
complete -c nettools -n $at -l host-timeout -x -d 'The longest that one host takes; what is known is kept'
complete -c nettools -n $at -l retries -x -d 'How often a silent port is probed again; 5 at least where packets are lost, unless 0'
complete -c nettools -n $at -l rate -x -d 'The most packets a second; max: no window, no pacing'
complete -c nettools -n $at -l delay -x -d 'The least time between two probes of one host'
complete -c nettools -n $at -l max-in-flight -x -d 'The most probes on their way at once'
complete -c nettools -n $at -l order -x -a 'random ascending' -d 'The order of hosts and ports'
complete -c nettools -n $at -l seed -x -d 'The same number makes the same order'
complete -c nettools -n $at -l shard -x -d 'Part I of N machines; all take the same --seed'
complete -c nettools -n $at -l ordered -d 'JSONL at the end, in the order of the targets, as other formats'
complete -c nettools -n $at -l open -d 'Show open ports alone'
complete -c nettools -n $at -l reason -d 'Show why, from whom, and with which TTL'
complete -c nettools -n $at -l resume -r -F -d 'Go on with an interrupted JSON or JSONL answer'
complete -c nettools -n $at -l diff -r -F -d 'What changed since that answer; 1 if any'
complete -c nettools -n $at -l expect-file -r -F -d 'Lines HOST PORTS: what is open; 1 if not so'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv nmap-xml grepable' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet
set at '__nettools_at subnet'
complete -c nettools -n "$at 0" -a describe -d 'Everything about a subnet: masks, ends, counts, registry, bits.'
complete -c nettools -n "$at 0" -a split -d 'Carve a network up: by length, into N parts, by hosts (VLSM).'
complete -c nettools -n "$at 0" -a merge -d 'The smallest set of networks that covers exactly the inputs.'
complete -c nettools -n "$at 0" -a cover -d 'The one smallest network that holds all the inputs.'
complete -c nettools -n "$at 0" -a subtract -d 'Networks without some others.'
complete -c nettools -n "$at 0" -a intersect -d 'What two sets of networks have in common.'
complete -c nettools -n "$at 0" -a compare -d 'What only one set has, only the other, and both.'
complete -c nettools -n "$at 0" -a range -d 'A range as networks, a network as a range.'
complete -c nettools -n "$at 0" -a relate -d 'How two networks stand to each other.'
complete -c nettools -n "$at 0" -a list -d 'The addresses of a network: all, every Nth, number N, by chance.'
complete -c nettools -n "$at 0" -a sort -d 'Networks and addresses in numeric order, each once.'
complete -c nettools -n "$at 0" -a filter -d 'The lines of a text that hold an address inside some networks.'
complete -c nettools -n "$at 0" -a free -d 'The free networks of a pool.'
complete -c nettools -n "$at 0" -a reverse -d 'Reverse zones, and RFC 2317 delegation lines.'
complete -c nettools -n "$at 0" -a mac -d 'EUI-64, link-local and group addresses of a MAC, and back.'
complete -c nettools -n "$at 0" -a nat64 -d 'IPv4 addresses in IPv6 and back (RFC 6052).'
complete -c nettools -n "$at 0" -a ula -d 'A unique local IPv6 prefix of one\'s own (RFC 4193).'
complete -c nettools -n $at -l loose -d 'Read octal, hexadecimal and short IPv4 forms as inet_aton does'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet describe
set at '__nettools_at "subnet describe"'
complete -c nettools -n $at -l loose -d 'Read octal, hexadecimal and short IPv4 forms as inet_aton does'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet split
set at '__nettools_at "subnet split"'
complete -c nettools -n $at -l prefix -x -d 'Into networks of this length'
complete -c nettools -n $at -l into -x -d 'Into N networks of equal size'
complete -c nettools -n $at -l hosts -x -d 'A network for each number of hosts (VLSM)'
complete -c nettools -n $at -l names -x -d 'Names for the networks of --into or --hosts'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet merge
set at '__nettools_at "subnet merge"'
complete -c nettools -n "$at 0+" -a '(__nettools_at_files)'
complete -c nettools -n $at -l loose -d 'Read octal, hexadecimal and short IPv4 forms'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet cover
set at '__nettools_at "subnet cover"'
complete -c nettools -n "$at 0+" -a '(__nettools_at_files)'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet subtract
set at '__nettools_at "subnet subtract"'
complete -c nettools -n "$at 0+" -a '(__nettools_at_files)'
complete -c nettools -n $at -l minus -x -a '(__nettools_at_files)' -d 'What to take away; may be repeated; @FILE reads a file'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet intersect
set at '__nettools_at "subnet intersect"'
complete -c nettools -n "$at 0" -a '(__nettools_at_files)'
complete -c nettools -n "$at 1" -a '(__nettools_at_files)'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet compare
set at '__nettools_at "subnet compare"'
complete -c nettools -n "$at 0" -a '(__nettools_at_files)'
complete -c nettools -n "$at 1" -a '(__nettools_at_files)'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet range
set at '__nettools_at "subnet range"'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet relate
set at '__nettools_at "subnet relate"'
complete -c nettools -n $at -l expect -x -a 'equal contains within overlaps adjacent disjoint' -d 'Exit 1 unless A is: equal, contains, within, overlaps, adjacent, disjoint'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet list
set at '__nettools_at "subnet list"'
complete -c nettools -n $at -l count -x -d 'At most N addresses of each'
complete -c nettools -n $at -l nth -x -d 'Address number N, from 0; -1 is the last'
complete -c nettools -n $at -l step -x -d 'Every Nth address'
complete -c nettools -n $at -l random -x -d 'N different addresses by chance'
complete -c nettools -n $at -l seed -x -d 'The same seed gives the same choice'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet sort
set at '__nettools_at "subnet sort"'
complete -c nettools -n "$at 0+" -a '(__nettools_at_files)'
complete -c nettools -n $at -l loose -d 'Read octal, hexadecimal and short IPv4 forms'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet filter
set at '__nettools_at "subnet filter"'
complete -c nettools -n "$at 0+" -a '(__nettools_at_files)'
complete -c nettools -n $at -l file -r -F -d 'Read networks from FILE, one a line, perhaps with a label behind'
complete -c nettools -n $at -l invert -d 'Print the lines that hold none'
complete -c nettools -n $at -l only-matching -d 'Print each address with its narrowest network and label instead'
complete -c nettools -n $at -l mapped -d 'Take ::ffff:10.0.0.1 for 10.0.0.1 as well'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet free
set at '__nettools_at "subnet free"'
complete -c nettools -n $at -l used -r -F -d 'Used networks, one a line; - reads standard input'
complete -c nettools -n $at -l prefix -x -d 'Only networks of this length; else the fewest that cover'
complete -c nettools -n $at -l count -x -d 'The first N of them'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet reverse
set at '__nettools_at "subnet reverse"'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet mac
set at '__nettools_at "subnet mac"'
complete -c nettools -n $at -l prefix -x -d 'Make the address in this network as well'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet nat64
set at '__nettools_at "subnet nat64"'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools subnet ula
set at '__nettools_at "subnet ula"'
complete -c nettools -n $at -l count -x -d 'How many prefixes to draw'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; plain unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools port-service
set at '__nettools_at port-service'
complete -c nettools -n "$at 0+" -a '(__nettools_words service)'
complete -c nettools -n $at -l search -x -d 'List services whose name holds WORDS'
complete -c nettools -n $at -l protocol -x -a 'tcp udp sctp dccp' -d 'Only one of tcp, udp, sctp, dccp'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools schema
set at '__nettools_at schema'
complete -c nettools -n "$at 0" -a '(__nettools_words schema)'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools config
set at '__nettools_at config'
complete -c nettools -n "$at 0+" -a '(__nettools_words setting)'
complete -c nettools -n $at -l path -d 'Print the name of the file that is read'
complete -c nettools -n $at -l template -d 'Print a file with every setting in it, commented out'
complete -c nettools -n $at -l show-origin -d 'Show where each value came from (always done)'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'

# nettools completion
set at '__nettools_at completion'
complete -c nettools -n "$at 0" -a 'bash zsh fish powershell'
complete -c nettools -n $at -s f -l format -x -a 'table plain json jsonl csv' -d 'How to print the answer; table unless said'
complete -c nettools -n $at -s o -l output -r -F -d 'Write the answer to FILE'
