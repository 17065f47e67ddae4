# Completion of nettools in PowerShell, 5.1 and newer.
# Made by tools/completions.py from the commands themselves: do not edit.
#
#   in this session     nettools completion powershell | Out-String | Invoke-Expression
#   in every session    the same line in the file that $PROFILE names
#
# Nothing that is offered is evaluated. Names that only this machine knows come a line each from "nettools __complete",
# and what could be more than a name to a shell is left out there and here.

Register-ArgumentCompleter -Native -CommandName nettools -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The words of closed lists.
    $lists = @{
        'color' = @('auto', 'always', 'never')
        'dns-class' = @('IN', 'CH', 'HS', 'NONE', 'ANY')
        'dns-type' = @(
            'A', 'NS', 'MD', 'MF', 'CNAME', 'SOA', 'MB', 'MG', 'MR', 'NULL', 'WKS', 'PTR', 'HINFO',
            'MINFO', 'MX', 'TXT', 'RP', 'AFSDB', 'X25', 'ISDN', 'RT', 'NSAP', 'NSAP-PTR', 'SIG', 'KEY', 'PX',
            'GPOS', 'AAAA', 'LOC', 'NXT', 'EID', 'NIMLOC', 'SRV', 'ATMA', 'NAPTR', 'KX', 'CERT', 'A6', 'DNAME',
            'SINK', 'APL', 'DS', 'SSHFP', 'IPSECKEY', 'RRSIG', 'NSEC', 'DNSKEY', 'DHCID', 'NSEC3', 'NSEC3PARAM',
            'TLSA', 'SMIMEA', 'HIP', 'NINFO', 'RKEY', 'TALINK', 'CDS', 'CDNSKEY', 'OPENPGPKEY', 'CSYNC', 'ZONEMD',
            'SVCB', 'HTTPS', 'DSYNC', 'HHIT', 'BRID', 'SPF', 'UINFO', 'UID', 'GID', 'UNSPEC', 'NID', 'L32', 'L64',
            'LP', 'EUI48', 'EUI64', 'ANY', 'URI', 'CAA', 'AVC', 'DOA', 'AMTRELAY', 'RESINFO', 'WALLET', 'CLA',
            'IPN', 'TA', 'DLV'
        )
        'format' = @('table', 'plain', 'json', 'jsonl', 'csv')
        'link-kind' = @(
            'amt', 'bareudp', 'batadv', 'bond', 'bridge', 'can', 'dsa', 'dummy', 'erspan', 'ether',
            'geneve', 'gre', 'gretap', 'gtp', 'hsr', 'ifb', 'ip6erspan', 'ip6gre', 'ip6gretap', 'ip6tnl', 'ipip',
            'ipoib', 'ipvlan', 'ipvtap', 'loopback', 'lowpan', 'macsec', 'macvlan', 'macvtap', 'netkit', 'nlmon',
            'openvswitch', 'ppp', 'rmnet', 'sit', 'tap', 'team', 'tun', 'vcan', 'veth', 'virt_wifi', 'vlan', 'vrf',
            'vti', 'vti6', 'vxcan', 'vxlan', 'wireguard', 'wwan', 'xfrm'
        )
        'order' = @('random', 'ascending')
        'packet-protocol' = @('tcp', 'udp', 'icmp', 'icmpv6', 'ipv6-icmp')
        'port-protocol' = @('tcp', 'udp', 'sctp', 'dccp')
        'port-word' = @(
            'all', 'top:100', 'web', 'mail', 'dns', 'directory', 'remote', 'file', 'database', 'queue',
            'container', 'monitoring', 'voip', 'printers', 'camera', 'industrial', 'vpn', 'game'
        )
        'progress' = @('auto', 'never', 'jsonl')
        'proxy-dns' = @('local', 'remote')
        'proxy-server' = @('http', 'socks5')
        'proxy-type' = @('http', 'socks4', 'socks5')
        'relation' = @('equal', 'contains', 'within', 'overlaps', 'adjacent', 'disjoint')
        'resolve-format' = @('table', 'plain', 'json', 'jsonl', 'csv', 'dig', 'rfc8427')
        'routing-table' = @('all', 'default', 'main', 'local')
        'scan-format' = @('table', 'plain', 'json', 'jsonl', 'csv', 'nmap-xml', 'grepable')
        'schema' = @(
            'cat', 'cat-lines', 'config', 'error', 'events', 'ifaces', 'ifaces-lines', 'port-service',
            'port-service-lines', 'rdns', 'rdns-lines', 'resolve', 'resolve-lines', 'route', 'route-explain',
            'route-explain-lines', 'route-lines', 'scan', 'scan-lines', 'schemas', 'schemas-lines', 'subnet',
            'subnet-compare', 'subnet-compare-lines', 'subnet-filter', 'subnet-filter-lines', 'subnet-lines',
            'subnet-list', 'subnet-list-lines', 'subnet-mac', 'subnet-mac-lines', 'subnet-relation',
            'subnet-relation-lines'
        )
        'server-scheme' = @('udp://', 'tcp://', 'tls://', 'https://', 'quic://')
        'service' = @(
            '3com-tsmux', 'afpovertcp', 'amqp', 'aruba-papi', 'avt-profile-1', 'avt-profile-2', 'bacnet',
            'bfd-control', 'bfd-echo', 'bfd-multi-ctl', 'bgp', 'chargen', 'coap', 'coaps', 'ctf', 'daytime',
            'dhcpv6-client', 'dhcpv6-server', 'discard', 'dnp', 'docker', 'docker-s', 'domain', 'echo', 'efcp',
            'etcd-client', 'EtherNet-IP-1', 'EtherNet-IP-2', 'exec', 'finger', 'ftp', 'ftp-data', 'ftps',
            'ftps-data', 'geneve', 'glbp', 'gopher', 'gtp-control', 'gtp-user', 'h323gatestat', 'hart-ip', 'hsrp',
            'http', 'http-alt', 'http-mgmt', 'http-rpc-epmap', 'https', 'iax', 'ibm-db2', 'ident', 'imap', 'imap3',
            'imaps', 'ipfix', 'ipp', 'ipsec-nat-t', 'irc', 'isakmp', 'iscsi', 'kerberos', 'kerberos-adm',
            'kpasswd', 'kshell', 'ldap', 'ldaps', 'ldp', 'llmnr', 'login', 'manet', 'mdns', 'memcache',
            'mgcp-callagent', 'mgcp-gateway', 'mit-ml-dev', 'mongodb', 'mqtt', 'msexch-routing', 'mtp', 'mysql',
            'netbios-dgm', 'netbios-ns', 'netconf-ssh', 'nfs', 'nicname', 'nntp', 'nntps', 'ntp', 'odmr', 'olsr',
            'oob-ws-http', 'oob-ws-https', 'opcua-tcp', 'openvpn', 'pcp', 'pcp-multicast', 'pftp', 'pharos',
            'pop2', 'pop3', 'pop3s', 'postgresql', 'pptp', 'profinet-cm', 'ptp-event', 'ptp-general', 'qotd',
            'radius', 'radius-acct', 'redis', 'ripng', 'router', 'rsh-spx', 'rsync', 'rtsp', 'sa-msg-port',
            'secure-mqtt', 'sflow', 'sftp', 'sightline', 'sip', 'smtp', 'smux', 'snmp', 'snmptrap', 'socks',
            'ssdp', 'ssh', 'stun', 'stuns', 'submission', 'svrloc', 'syslog', 'tacacs', 'tacacss', 'telnet',
            'telnets', 'tftp', 'time', 'us-cli', 'uucp', 'vcom-tunnel', 'vxlan', 'ws-discovery', 'wsdapi', 'xdmcp',
            'xfer'
        )
        'setting' = @(
            'ifaces', 'route', 'resolve', 'rdns', 'cat', 'listen', 'scan', 'subnet', 'port-service',
            'format', 'color', 'progress', 'timeout', 'ifaces.format', 'ifaces.interval', 'route.format',
            'resolve.format', 'resolve.server', 'resolve.timeout', 'resolve.tries', 'resolve.concurrency',
            'resolve.rate', 'resolve.interval', 'resolve.bufsize', 'resolve.search', 'resolve.cafile',
            'resolve.trust-anchor', 'resolve.root-hints', 'rdns.format', 'rdns.server', 'rdns.timeout',
            'rdns.tries', 'rdns.concurrency', 'rdns.rate', 'rdns.cafile', 'cat.format', 'cat.wait', 'cat.retry',
            'cat.backoff', 'cat.idle-timeout', 'cat.keepalive', 'cat.tls-min', 'cat.cafile', 'cat.proxy',
            'cat.proxy-type', 'cat.proxy-dns', 'cat.proxy-auth-file', 'listen.max-conns', 'listen.idle-timeout',
            'listen.keepalive', 'listen.tls-min', 'scan.format', 'scan.ports', 'scan.discover', 'scan.timeout',
            'scan.host-timeout', 'scan.retries', 'scan.rate', 'scan.delay', 'scan.max-in-flight', 'scan.order',
            'subnet.format', 'port-service.format', 'proxy-auth'
        )
        'shell' = @('bash', 'zsh', 'fish', 'powershell')
        'small-service' = @('echo', 'discard', 'daytime', 'time', 'chargen', 'qotd', 'finger')
        'starttls' = @(
            'smtp', 'lmtp', 'imap', 'pop3', 'ftp', 'nntp', 'sieve', 'xmpp', 'xmpp-server', 'ldap',
            'postgres', 'mysql'
        )
        'tls-version' = @('1.2', '1.3')
        'topic' = @(
            'ifaces', 'route', 'resolve', 'rdns', 'cat', 'listen', 'scan', 'subnet', 'port-service',
            'schema', 'config', 'completion', 'exit-codes', 'formats', 'environment', 'files', 'settings'
        )
    }

    # The options of every command: spellings between slashes, what completes the value, whether they may come again,
    # and what they are for. A ? stands before a value that may be left out.
    $common = @(
        , @('--json', '', $false, 'The same as --format json')
        , @('--color', 'color', $false, 'Colour in tables')
        , @('--progress', 'progress', $false, 'Progress on standard error; auto: on a terminal')
        , @('-v/--verbose', '', $true, 'Say more on standard error')
        , @('--quiet', '', $false, 'Nothing on standard error but a failure')
        , @('--debug', '', $false, 'Show the traceback of an error')
        , @('-h/--help', '', $false, 'Show this message and exit')
    )

    # By command: its verbs, what completes its arguments by their place (... is for all that follow), its own options.
    $commands = @{
        'ifaces' = @{
            About = 'The interfaces: state, addresses, gateways, links, counters.'
            Verbs = @()
            Arguments = @('interface...')
            Options = @(
                , @('-4/--ipv4', '', $false, 'Only IPv4 addresses, and what has one')
                , @('-6/--ipv6', '', $false, 'Only IPv6 addresses, and what has one')
                , @('--up', '', $false, 'Only what is switched on')
                , @('--kind', 'link-kind', $false, 'Only links of a kind: ether, veth, bridge, vlan, tap')
                , @('--netns', 'namespace', $false, 'Look in that network namespace (as root)')
                , @('--stats', '', $false, 'Show the counters')
                , @('--rate', '', $false, 'Show bytes and packets a second until Ctrl-C')
                , @('--tree', '', $false, 'Draw which link lies on, in or across from which')
                , @('--primary', '', $false, 'The interface and source address that the default route would use')
                , @('--watch', '', $false, 'Tell each change as the kernel does, until Ctrl-C')
                , @('--interval', 'anything', $false, 'The time between two looks of --rate')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'route' = @{
            About = 'Routes and rules; which way a destination goes, and why.'
            Verbs = @()
            Arguments = @('host...')
            Options = @(
                , @('-4/--ipv4', '', $false, 'Only IPv4')
                , @('-6/--ipv6', '', $false, 'Only IPv6')
                , @('--netns', 'namespace', $false, 'Look in that network namespace (as root)')
                , @('--table', 'routing-table', $false, 'List that table, by name or number, or all')
                , @('--rules', '', $false, 'List the policy rules too')
                , @('--watch', '', $false, 'Tell each change as the kernel does, until Ctrl-C')
                , @('--from', 'address', $false, 'From this source address')
                , @('--mark', 'anything', $false, 'With this firewall mark')
                , @('--interface', 'interface', $false, 'One that must leave by IF')
                , @('--uid', 'anything', $false, 'Of that user')
                , @('--iif', 'interface', $false, 'One that came in by IF (with --from)')
                , @('--tos', 'anything', $false, 'With this TOS or traffic class')
                , @('--protocol', 'packet-protocol', $false, 'Of tcp, udp or icmp')
                , @('--sport', 'anything', $false, 'From this port')
                , @('--dport', 'anything', $false, 'To this port')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'resolve' = @{
            About = 'What the DNS says of a name, who says it, and why.'
            Verbs = @()
            Arguments = @('host+dns-type+at-server...')
            Options = @(
                , @('-n/--name', 'host', $true, 'A name, even if it looks like a type')
                , @('-t/--type', 'dns-type', $true, 'A type as dig names it, or TYPEnnn')
                , @('-x/--reverse', 'address', $true, 'The names of an address (PTR)')
                , @('--class', 'dns-class', $false, 'IN, CH, HS, or CLASSnnn')
                , @('--search/--no-search', '', $false, 'Try short names with the search list of resolv.conf')
                , @('--validate', '', $false, 'Prove the answer by the chain of signatures from the root')
                , @('--trust-anchor', 'file', $false, 'With --validate, --trace: DS or DNSKEY records to trust')
                , @('--trace', '', $false, 'Follow the name from the root, and ask every server')
                , @('--root-hints', 'file', $false, 'With --trace: the root servers')
                , @('--all-ns', '', $false, 'Compare all servers of the zone; asks SOA unless said')
                , @('--compare', '', $false, 'Compare the answers of the servers named')
                , @('--system', '', $false, 'Ask getaddrinfo(3) too, and explain a difference')
                , @('--watch', '', $false, 'Ask again and again, and tell what changes')
                , @('--interval', 'anything', $false, 'With --watch: from one look to the next')
                , @('--expect', 'anything', $false, 'Exit 1 unless an answer has this data or status; with --watch wait for it')
                , @('--axfr', '', $false, 'Transfer the whole zone')
                , @('--ixfr', 'anything', $false, 'Transfer what changed since SERIAL')
                , @('--short', '', $false, 'Print only the data, a line for each record')
                , @('-s/--server', 'server', $true, 'ADDRESS, NAME, or udp:// tcp:// tls:// https:// quic:// and either; a :PORT behind it')
                , @('--port', 'anything', $false, 'The port of servers without one')
                , @('-4/--ipv4', '', $false, 'Ask servers over IPv4 only')
                , @('-6/--ipv6', '', $false, 'Ask servers over IPv6 only')
                , @('--tcp', '', $false, 'TCP from the start, not only on truncation')
                , @('--timeout', 'anything', $false, 'For all tries of a question together')
                , @('--tries', 'anything', $false, 'How often each server is asked')
                , @('--insecure', '', $false, 'Take any certificate')
                , @('--cafile', 'file', $false, 'Certificates to trust, in PEM')
                , @('--tls-name', 'host', $false, 'The name in the certificate')
                , @('--tsig', 'anything', $false, 'Sign with a shared key, which others see in ps(1)')
                , @('--tsig-file', 'file', $false, 'The key in a file, as tsig-keygen writes it')
                , @('--dnssec', '', $false, 'Ask for signatures (DO)')
                , @('--ad', '', $false, 'Ask whether the server has validated (AD)')
                , @('--cd', '', $false, 'Ask it not to validate (CD)')
                , @('--no-rd', '', $false, 'Ask it not to ask others (no RD)')
                , @('--nsid', '', $false, 'Ask for the server''s identifier')
                , @('--cookie', '', $false, 'Send a DNS cookie')
                , @('--subnet', 'anything', $false, 'Ask as for a client there (ECS)')
                , @('--bufsize', 'anything', $false, 'The largest UDP answer taken')
                , @('--no-edns', '', $false, 'Without EDNS')
                , @('--file', 'file', $false, 'Names, one a line, perhaps with types; - is standard input')
                , @('--concurrency', 'anything', $false, 'Questions on their way at a time')
                , @('--rate', 'anything', $false, 'With --file: at most N queries a second to a server')
                , @('--ordered', '', $false, 'Keep JSONL in the order of the questions, as other formats are')
                , @('-f/--format', 'resolve-format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'rdns' = @{
            About = 'Which names addresses have, and whether they lead back.'
            Verbs = @()
            Arguments = @('address+at-server...')
            Options = @(
                , @('--no-forward', '', $false, 'Do not ask for the addresses of the names: no verdicts')
                , @('--all', '', $false, 'List addresses without a name too')
                , @('-s/--server', 'server', $true, 'Whom to ask')
                , @('--port', 'anything', $false, 'The port of servers named without one')
                , @('--insecure', '', $false, 'Take any certificate')
                , @('--cafile', 'file', $false, 'Certificates to trust, in PEM')
                , @('--tls-name', 'host', $false, 'The name in the certificate')
                , @('--timeout', 'anything', $false, 'All tries of a question together')
                , @('--tries', 'anything', $false, 'How often each server is asked')
                , @('--file', 'file', $false, 'More targets, one a line; - is standard input')
                , @('--concurrency', 'anything', $false, 'The most questions on their way')
                , @('--rate', 'anything', $false, 'The most questions a second to a server')
                , @('--ordered', '', $false, 'JSONL in the order of the addresses')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'cat' = @{
            About = 'Bytes to another side and back: TCP, UDP, TLS, files.'
            Verbs = @()
            Arguments = @('host+path', 'service')
            Options = @(
                , @('-u/--udp', '', $false, 'UDP; with -U Unix datagrams')
                , @('--mptcp', '', $false, 'Multipath TCP (RFC 8684), where the kernel has it')
                , @('-U/--unix', '', $false, 'A Unix socket: PATH, or @NAME for an abstract one')
                , @('--vsock', '', $false, 'A virtual machine''s socket: the host is its context number')
                , @('-4/--ipv4', '', $false, 'IPv4 only')
                , @('-6/--ipv6', '', $false, 'IPv6 only')
                , @('-z/--zero', '', $false, 'Only connect, and say whether that works')
                , @('-n/--numeric', '', $false, 'Take no name: the host is an address')
                , @('-s/--source', 'anything', $false, 'Connect from this address; with -U -u from this path')
                , @('-p/--source-port', 'anything', $false, 'Connect from this port')
                , @('--interface', 'interface', $false, 'Use this interface alone (SO_BINDTODEVICE)')
                , @('-w/--wait', 'anything', $false, 'The longest time to connect')
                , @('--retry', 'anything', $false, 'Try again so often when there is no connection')
                , @('--backoff', 'anything', $false, 'Before the second try; doubled for each that follows')
                , @('--send-only', '', $false, 'Only send, and end when all is sent')
                , @('--recv-only', '', $false, 'Only receive; standard input is not read')
                , @('--no-shutdown', '', $false, 'Do not tell the other side that the input has ended')
                , @('-i/--idle-timeout', 'anything', $false, 'End with 1 when nothing comes or goes for so long')
                , @('-q/--quit-after', 'anything', $false, 'End so long after the input has ended')
                , @('-C/--crlf', '', $false, 'Send CRLF for each LF')
                , @('-t/--telnet', '', $false, 'Answer telnet''s negotiation, and leave it out')
                , @('-d/--delay', 'anything', $false, 'Wait so long between the lines that are sent')
                , @('--limit-rate', 'anything', $false, 'At most so many bytes a second are sent; k, M, G of 1024')
                , @('-e/--exec', 'file', $false, 'Run a program, without a shell, in place of standard input and output')
                , @('-c/--sh-exec', 'anything', $false, 'The same through /bin/sh')
                , @('--stay', '', $false, 'Go on when the other side has ended, until the input ends too')
                , @('--send', 'file', $false, 'Send a file to listen --receive, and check that it arrived')
                , @('--resume', '', $false, 'With --send: go on where a transfer was cut')
                , @('--tls/--ssl', '', $false, 'TLS')
                , @('--cert', 'file', $false, 'Our certificate, in PEM')
                , @('--key', 'file', $false, 'Its private key')
                , @('--cafile', 'file', $false, 'Certificates to trust, in PEM')
                , @('--alpn', 'anything', $false, 'Protocols to agree on, with commas: h2,http/1.1')
                , @('--ciphers', 'anything', $false, 'Ciphers of TLS 1.2, as OpenSSL names them')
                , @('--tls-min', 'tls-version', $false, 'The oldest version: 1.2 or 1.3')
                , @('--keylog', 'file', $false, 'Write the session keys there, for Wireshark')
                , @('--insecure', '', $false, 'Take any certificate')
                , @('--servername', 'host', $false, 'The name to ask for, and in the certificate')
                , @('--pin', 'anything', $true, 'Take only this public key, in hex or base64; may be repeated')
                , @('--starttls', 'starttls', $false, 'Begin TLS inside smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, ldap, postgres or mysql')
                , @('--proxy', 'host', $false, 'Connect through a proxy; none: straight')
                , @('--proxy-type', 'proxy-type', $false, 'http, socks4 or socks5')
                , @('--proxy-auth', 'anything', $false, 'Who we are to the proxy; others see it in ps(1)')
                , @('--proxy-auth-file', 'file', $false, 'The same in a file; NETTOOLS_PROXY_AUTH is looked at too')
                , @('--proxy-dns', 'proxy-dns', $false, 'Who looks the name up: local or remote')
                , @('-o/--output', 'file', $false, 'Write all that comes and goes there as well')
                , @('-x/--hex-dump', 'file', $false, 'The same as hex, with direction and time; - is standard error')
                , @('--append-output', '', $false, 'Append to these files')
                , @('--events', 'file', $false, 'What happens as JSONL; - is standard output, when it carries no data')
                , @('--raw', '', $false, 'Write what comes to a terminal as it is')
                , @('--timeline', '', $false, 'Say at the end when what happened')
                , @('--tos', 'anything', $false, 'The type of service or traffic class of packets')
                , @('--ttl', 'anything', $false, 'The time to live or hop limit of packets')
                , @('--nodelay', '', $false, 'Send small writes at once (TCP_NODELAY)')
                , @('--keepalive', 'anything', $false, 'Probe a silent connection so often (SO_KEEPALIVE)')
                , @('--sndbuf', 'anything', $false, 'The send buffer')
                , @('--rcvbuf', 'anything', $false, 'The receive buffer')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
            )
        }
        'listen' = @{
            About = 'Wait for clients: relay, programs, services, files.'
            Verbs = @()
            Arguments = @('host+path', 'service')
            Options = @(
                , @('-u/--udp', '', $false, 'UDP; with -U Unix datagrams')
                , @('--mptcp', '', $false, 'Multipath TCP (RFC 8684), where the kernel has it')
                , @('-U/--unix', '', $false, 'A Unix socket: PATH, or @NAME for an abstract one')
                , @('--vsock', '', $false, 'A virtual machine''s socket: the host is its context number')
                , @('-4/--ipv4', '', $false, 'IPv4 only')
                , @('-6/--ipv6', '', $false, 'IPv6 only')
                , @('--any', '', $false, 'Listen on all addresses')
                , @('--announce-listen', '', $false, 'Say on standard error where, once connections are taken')
                , @('-p/--port', 'anything', $false, 'The port, for fingers that know nc -l -p')
                , @('--mode', 'anything', $false, 'With -U: the permissions of the socket')
                , @('--unlink-first', '', $false, 'With -U: remove a socket that is in the way')
                , @('-k/--keep-open', '', $false, 'Take many clients: input goes to all, what all say is written')
                , @('-m/--max-conns', 'anything', $false, 'At most so many at a time')
                , @('--allow', 'anything', $true, 'Take only these, with commas')
                , @('--deny', 'anything', $true, 'Never take these, even if allowed')
                , @('--allowfile', 'file', $false, 'The same, one a line; read again on SIGHUP')
                , @('--denyfile', 'file', $false, 'The same, one a line; read again on SIGHUP')
                , @('--broker', '', $false, 'Pass on what each client says to all others')
                , @('--chat', '', $false, 'A broker that says who speaks')
                , @('--service', 'small-service', $false, 'echo, discard, daytime, time, chargen, qotd or finger')
                , @('--serve', 'folder', $false, 'Its files over HTTP')
                , @('--forward', 'host', $false, 'Connect each client to there')
                , @('--proxy-server', 'proxy-server', $false, 'Be a proxy: http or socks5')
                , @('--proxy-auth', 'anything', $false, 'What clients of the proxy must say; others see it in ps(1)')
                , @('--proxy-auth-file', 'file', $false, 'The same in a file; NETTOOLS_PROXY_AUTH is looked at too')
                , @('--receive', '?file', $false, 'Take a file that cat --send sends, into PATH')
                , @('--send-only', '', $false, 'Only send, and end when all is sent')
                , @('--recv-only', '', $false, 'Only receive; standard input is not read')
                , @('--no-shutdown', '', $false, 'Do not tell the other side that the input has ended')
                , @('-i/--idle-timeout', 'anything', $false, 'End with 1 when nothing comes or goes for so long')
                , @('-q/--quit-after', 'anything', $false, 'End so long after the input has ended')
                , @('-C/--crlf', '', $false, 'Send CRLF for each LF')
                , @('-t/--telnet', '', $false, 'Answer telnet''s negotiation, and leave it out')
                , @('-d/--delay', 'anything', $false, 'Wait so long between the lines that are sent')
                , @('--limit-rate', 'anything', $false, 'At most so many bytes a second are sent; k, M, G of 1024')
                , @('-e/--exec', 'file', $false, 'Run a program, without a shell, in place of standard input and output')
                , @('-c/--sh-exec', 'anything', $false, 'The same through /bin/sh')
                , @('--tls/--ssl', '', $false, 'TLS')
                , @('--cert', 'file', $false, 'Our certificate, in PEM')
                , @('--key', 'file', $false, 'Its private key')
                , @('--cafile', 'file', $false, 'Certificates to trust, in PEM')
                , @('--alpn', 'anything', $false, 'Protocols to agree on, with commas: h2,http/1.1')
                , @('--ciphers', 'anything', $false, 'Ciphers of TLS 1.2, as OpenSSL names them')
                , @('--tls-min', 'tls-version', $false, 'The oldest version: 1.2 or 1.3')
                , @('--keylog', 'file', $false, 'Write the session keys there, for Wireshark')
                , @('-o/--output', 'file', $false, 'Write all that comes and goes there as well')
                , @('-x/--hex-dump', 'file', $false, 'The same as hex, with direction and time; - is standard error')
                , @('--append-output', '', $false, 'Append to these files')
                , @('--events', 'file', $false, 'What happens as JSONL; - is standard output, when it carries no data')
                , @('--raw', '', $false, 'Write what comes to a terminal as it is')
                , @('--tos', 'anything', $false, 'The type of service or traffic class of packets')
                , @('--ttl', 'anything', $false, 'The time to live or hop limit of packets')
                , @('--nodelay', '', $false, 'Send small writes at once (TCP_NODELAY)')
                , @('--keepalive', 'anything', $false, 'Probe a silent connection so often (SO_KEEPALIVE)')
                , @('--sndbuf', 'anything', $false, 'The send buffer')
                , @('--rcvbuf', 'anything', $false, 'The receive buffer')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
            )
        }
        'scan' = @{
            About = 'Which ports of a host are open, closed or filtered, and why.'
            Verbs = @()
            Arguments = @('host', 'host+port-list...')
            Options = @(
                , @('-p/--ports', 'ports', $true, '22  1-1024  22,80,8000-8100  ssh,http  T:22,U:53  top:N  web  all; lists add up')
                , @('--targets', 'file', $false, 'More targets, one a line; - is stdin')
                , @('--exclude', 'host', $true, 'Targets to leave out, with commas')
                , @('--exclude-file', 'file', $false, 'The same, one a line')
                , @('--discover/--no-discover', '', $false, 'Scan the ports of hosts alone that answer a ping or TCP 443, 80, 22')
                , @('--yes', '', $false, 'Go on with more than 16,777,216 (2^24) probes')
                , @('-4/--ipv4', '', $false, 'Only the IPv4 addresses of names')
                , @('-6/--ipv6', '', $false, 'Only the IPv6 addresses of names')
                , @('--connect', '', $false, 'TCP connections (the default)')
                , @('--syn', '', $false, 'TCP SYN packets; needs CAP_NET_RAW')
                , @('--ack', '', $false, 'TCP ACK packets: what a firewall lets in; CAP_NET_RAW')
                , @('--udp', '', $false, 'UDP, with a payload of the port''s service')
                , @('--source', 'anything', $false, 'Send from this address')
                , @('--interface', 'interface', $false, 'Send through this interface')
                , @('--source-port', 'anything', $false, 'Send from this port')
                , @('--banner', '', $false, 'What a service says unasked, up to 4 KiB')
                , @('--tls-info', '', $false, 'TLS version, cipher, certificate and its trust')
                , @('--probe', '', $false, 'Ask which service, product, version it is')
                , @('--rdns', '', $false, 'The names of the hosts found (PTR)')
                , @('--timeout', 'anything', $false, 'The longest that one probe waits: 2s, 500ms')
                , @('--host-timeout', 'anything', $false, 'The longest that one host takes; what is known is kept')
                , @('--retries', 'anything', $false, 'How often a silent port is probed again; 5 at least where packets are lost, unless 0')
                , @('--rate', 'anything', $false, 'The most packets a second; max: no window, no pacing')
                , @('--delay', 'anything', $false, 'The least time between two probes of one host')
                , @('--max-in-flight', 'anything', $false, 'The most probes on their way at once')
                , @('--order', 'order', $false, 'The order of hosts and ports')
                , @('--seed', 'anything', $false, 'The same number makes the same order')
                , @('--shard', 'anything', $false, 'Part I of N machines; all take the same --seed')
                , @('--ordered', '', $false, 'JSONL at the end, in the order of the targets, as other formats')
                , @('--open', '', $false, 'Show open ports alone')
                , @('--reason', '', $false, 'Show why, from whom, and with which TTL')
                , @('--resume', 'file', $false, 'Go on with an interrupted JSON or JSONL answer')
                , @('--diff', 'file', $false, 'What changed since that answer; 1 if any')
                , @('--expect-file', 'file', $false, 'Lines HOST PORTS: what is open; 1 if not so')
                , @('-f/--format', 'scan-format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet' = @{
            About = 'Networks, addresses: masks, ends, counts, registries, bits.'
            Verbs = @('describe', 'split', 'merge', 'cover', 'subtract', 'intersect', 'compare', 'range', 'relate', 'list', 'sort', 'filter', 'free', 'reverse', 'mac', 'nat64', 'ula')
            Arguments = @('anything...')
            Options = @(
                , @('--loose', '', $false, 'Read octal, hexadecimal and short IPv4 forms as inet_aton does')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet describe' = @{
            About = 'Everything about a subnet: masks, ends, counts, registry, bits.'
            Verbs = @()
            Arguments = @('anything...')
            Options = @(
                , @('--loose', '', $false, 'Read octal, hexadecimal and short IPv4 forms as inet_aton does')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet split' = @{
            About = 'Carve a network up: by length, into N parts, by hosts (VLSM).'
            Verbs = @()
            Arguments = @('anything')
            Options = @(
                , @('--prefix', 'anything', $false, 'Into networks of this length')
                , @('--into', 'anything', $false, 'Into N networks of equal size')
                , @('--hosts', 'anything', $false, 'A network for each number of hosts (VLSM)')
                , @('--names', 'anything', $false, 'Names for the networks of --into or --hosts')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet merge' = @{
            About = 'The smallest set of networks that covers exactly the inputs.'
            Verbs = @()
            Arguments = @('at-file...')
            Options = @(
                , @('--loose', '', $false, 'Read octal, hexadecimal and short IPv4 forms')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet cover' = @{
            About = 'The one smallest network that holds all the inputs.'
            Verbs = @()
            Arguments = @('at-file...')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet subtract' = @{
            About = 'Networks without some others.'
            Verbs = @()
            Arguments = @('at-file...')
            Options = @(
                , @('--minus', 'at-file', $true, 'What to take away; may be repeated; @FILE reads a file')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet intersect' = @{
            About = 'What two sets of networks have in common.'
            Verbs = @()
            Arguments = @('at-file', 'at-file')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet compare' = @{
            About = 'What only one set has, only the other, and both.'
            Verbs = @()
            Arguments = @('at-file', 'at-file')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet range' = @{
            About = 'A range as networks, a network as a range.'
            Verbs = @()
            Arguments = @('anything...')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet relate' = @{
            About = 'How two networks stand to each other.'
            Verbs = @()
            Arguments = @('anything', 'anything')
            Options = @(
                , @('--expect', 'relation', $false, 'Exit 1 unless A is: equal, contains, within, overlaps, adjacent, disjoint')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet list' = @{
            About = 'The addresses of a network: all, every Nth, number N, by chance.'
            Verbs = @()
            Arguments = @('anything...')
            Options = @(
                , @('--count', 'anything', $false, 'At most N addresses of each')
                , @('--nth', 'anything', $false, 'Address number N, from 0; -1 is the last')
                , @('--step', 'anything', $false, 'Every Nth address')
                , @('--random', 'anything', $false, 'N different addresses by chance')
                , @('--seed', 'anything', $false, 'The same seed gives the same choice')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet sort' = @{
            About = 'Networks and addresses in numeric order, each once.'
            Verbs = @()
            Arguments = @('at-file...')
            Options = @(
                , @('--loose', '', $false, 'Read octal, hexadecimal and short IPv4 forms')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet filter' = @{
            About = 'The lines of a text that hold an address inside some networks.'
            Verbs = @()
            Arguments = @('at-file...')
            Options = @(
                , @('--file', 'file', $true, 'Read networks from FILE, one a line, perhaps with a label behind')
                , @('--invert', '', $false, 'Print the lines that hold none')
                , @('--only-matching', '', $false, 'Print each address with its narrowest network and label instead')
                , @('--mapped', '', $false, 'Take ::ffff:10.0.0.1 for 10.0.0.1 as well')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet free' = @{
            About = 'The free networks of a pool.'
            Verbs = @()
            Arguments = @('anything')
            Options = @(
                , @('--used', 'file', $true, 'Used networks, one a line; - reads standard input')
                , @('--prefix', 'anything', $false, 'Only networks of this length; else the fewest that cover')
                , @('--count', 'anything', $false, 'The first N of them')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet reverse' = @{
            About = 'Reverse zones, and RFC 2317 delegation lines.'
            Verbs = @()
            Arguments = @('anything...')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet mac' = @{
            About = 'EUI-64, link-local and group addresses of a MAC, and back.'
            Verbs = @()
            Arguments = @('anything...')
            Options = @(
                , @('--prefix', 'anything', $false, 'Make the address in this network as well')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet nat64' = @{
            About = 'IPv4 addresses in IPv6 and back (RFC 6052).'
            Verbs = @()
            Arguments = @('anything...')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'subnet ula' = @{
            About = 'A unique local IPv6 prefix of one''s own (RFC 4193).'
            Verbs = @()
            Arguments = @()
            Options = @(
                , @('--count', 'anything', $false, 'How many prefixes to draw')
                , @('-f/--format', 'format', $false, 'How to print the answer; plain unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'port-service' = @{
            About = 'What runs on a port, which port a service has.'
            Verbs = @()
            Arguments = @('service...')
            Options = @(
                , @('--search', 'anything', $false, 'List services whose name holds WORDS')
                , @('--protocol', 'port-protocol', $false, 'Only one of tcp, udp, sctp, dccp')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'schema' = @{
            About = 'The JSON Schema of a command''s output.'
            Verbs = @()
            Arguments = @('schema')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'config' = @{
            About = 'Each setting, its value, and where it came from.'
            Verbs = @()
            Arguments = @('setting...')
            Options = @(
                , @('--path', '', $false, 'Print the name of the file that is read')
                , @('--template', '', $false, 'Print a file with every setting in it, commented out')
                , @('--show-origin', '', $false, 'Show where each value came from (always done)')
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'completion' = @{
            About = 'The script that lets Tab complete nettools in a shell.'
            Verbs = @()
            Arguments = @('shell')
            Options = @(
                , @('-f/--format', 'format', $false, 'How to print the answer; table unless said')
                , @('-o/--output', 'file', $false, 'Write the answer to FILE')
            )
        }
        'help' = @{
            About = 'Help on a command or a topic.'
            Verbs = @()
            Arguments = @('topic')
            Options = @(
                , @('-h/--help', '', $false, 'Show this message and exit')
            )
        }
    }

    # What stands first, and what it is for.
    $summaries = [ordered]@{
        'ifaces' = 'The interfaces: state, addresses, gateways, links, counters.'
        'route' = 'Routes and rules; which way a destination goes, and why.'
        'resolve' = 'What the DNS says of a name, who says it, and why.'
        'rdns' = 'Which names addresses have, and whether they lead back.'
        'cat' = 'Bytes to another side and back: TCP, UDP, TLS, files.'
        'listen' = 'Wait for clients: relay, programs, services, files.'
        'scan' = 'Which ports of a host are open, closed or filtered, and why.'
        'subnet' = 'Networks, addresses: masks, ends, counts, registries, bits.'
        'port-service' = 'What runs on a port, which port a service has.'
        'schema' = 'The JSON Schema of a command''s output.'
        'config' = 'Each setting, its value, and where it came from.'
        'completion' = 'The script that lets Tab complete nettools in a shell.'
        'help' = 'Help on a command or a topic.'
        'exit-codes' = 'Help on exit codes.'
        'formats' = 'Help on formats.'
        'environment' = 'Help on environment.'
        'files' = 'Help on files.'
        'settings' = 'Help on settings.'
    }

    $found = [System.Collections.Generic.List[System.Management.Automation.CompletionResult]]::new()

    # Offers a word that goes on from what is typed; $lead is what stands before it.
    function Add-Word([string] $lead, [string] $typed, [string] $word, [string] $about) {
        if ($word.StartsWith($typed, [System.StringComparison]::OrdinalIgnoreCase)) {
            $whole = $lead + $word
            if ($whole.StartsWith('@')) { $whole = "'$whole'" } # unquoted, it would be a splatted variable
            if (-not $about) { $about = $word }
            $found.Add([System.Management.Automation.CompletionResult]::new($whole, $word, 'ParameterValue', $about))
        }
    }

    # Offers what nettools finds on this machine, and waits a second for it at most.
    function Add-Names([string] $kind, [string] $lead, [string] $typed) {
        try {
            $start = [System.Diagnostics.ProcessStartInfo]::new('nettools', "__complete $kind")
            $start.UseShellExecute = $false
            $start.CreateNoWindow = $true
            $start.RedirectStandardOutput = $true
            $start.RedirectStandardError = $true
            $process = [System.Diagnostics.Process]::Start($start)
            $reading = $process.StandardOutput.ReadToEndAsync()
            if (-not $reading.Wait(1000)) { return }
            foreach ($name in $reading.Result -split '\r?\n') {
                if ($name -cmatch '^[A-Za-z0-9_.:%+][A-Za-z0-9_.:@%+-]*$') { Add-Word $lead $typed $name '' }
            }
        } catch {
            return # nettools is not there: then there is nothing to offer
        }
    }

    # Offers what completes a value or an argument.
    function Add-Kinds([string] $kinds, [string] $lead, [string] $typed) {
        foreach ($kind in $kinds.TrimEnd('.').Split('+')) {
            switch ($kind) {
                'anything' { }
                { $_ -in 'file', 'folder', 'path' } {
                    if ($kind -ne 'path' -or $typed -match '[\\/]') {
                        foreach ($one in [System.Management.Automation.CompletionCompleters]::CompleteFilename($typed)) {
                            if ($kind -ne 'folder' -or $one.ResultType -eq 'ProviderContainer') { $found.Add($one) }
                        }
                    }
                }
                'at-file' {
                    if ($typed.StartsWith('@')) {
                        $path = $typed.Substring(1)
                        foreach ($one in [System.Management.Automation.CompletionCompleters]::CompleteFilename($path)) {
                            if ($one.CompletionText -cmatch '^[A-Za-z0-9_.\\/:+-]+$') {
                                Add-Word ($lead + '@') '' $one.CompletionText ''
                            }
                        }
                    }
                }
                'interface' { Add-Names 'interfaces' $lead $typed }
                'namespace' { Add-Names 'namespaces' $lead $typed }
                'host' { Add-Names 'hosts' $lead $typed }
                'address' { Add-Names 'addresses' $lead $typed }
                { $_ -in 'ports', 'port-list' } {
                    if ($kind -eq 'ports' -or $typed -cmatch '^[TU]:|^top:|,') {
                        $before = [regex]::Match($typed, '^(?:.*,)?(?:[TU]:)?').Value
                        foreach ($word in $lists['port-word'] + $lists['service']) {
                            Add-Word ($lead + $before) $typed.Substring($before.Length) $word ''
                        }
                    }
                }
                { $_ -in 'server', 'at-server' } {
                    if ($kind -eq 'server' -or $typed.StartsWith('@')) {
                        $before = [regex]::Match($typed, '^@?(?:[a-z]+://)?').Value
                        $rest = $typed.Substring($before.Length)
                        if (-not $before.EndsWith('://')) {
                            foreach ($word in $lists['server-scheme']) { Add-Word ($lead + $before) $rest $word '' }
                        }
                        Add-Names 'hosts' ($lead + $before) $rest
                    }
                }
                'topic' {
                    foreach ($word in $lists['topic']) { Add-Word $lead $typed $word $summaries[$word] }
                }
                default {
                    foreach ($word in $lists[$kind]) { Add-Word $lead $typed $word '' }
                }
            }
        }
    }

    # A command's options, and those of every command.
    function Get-Options([string] $path) {
        $commands[$path].Options
        if ($path -ne 'help') { $common }
    }

    # The words before the one that the cursor is at.
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })

    if ($words.Count -eq 0) {
        foreach ($name in $summaries.Keys) {
            if ($commands.ContainsKey($name)) { Add-Word '' $wordToComplete $name $summaries[$name] }
        }
        if ($wordToComplete.StartsWith('-')) {
            Add-Word '' $wordToComplete '--help' 'Show this message and exit'
            Add-Word '' $wordToComplete '--version' 'Show the version'
        }
        return $found
    }

    $path = $words[0]
    if (-not $commands.ContainsKey($path)) { return }
    $place = 0
    $ended = $false
    $wanted = ''
    $given = @()
    for ($index = 1; $index -lt $words.Count; $index++) {
        $word = $words[$index]
        $options = @(Get-Options $path)
        if ($wanted) { # the value of the option before, unless that may stand alone
            $value = $wanted
            $wanted = ''
            if (-not ($value.StartsWith('?') -and $word -match '^-.')) { continue }
        }
        if ($ended -or $word -notmatch '^-.') {
            if ($place -eq 0 -and -not $ended -and $commands.ContainsKey("$path $word")) {
                $path = "$path $word"
            } else {
                $place++
            }
        } elseif ($word -ceq '--') {
            $ended = $true
        } elseif ($word.StartsWith('--')) {
            $spelled = $word.Split('=')[0]
            foreach ($option in $options) {
                if ($option[0].Split('/') -ccontains $spelled) {
                    $given += $option[0]
                    if (-not $word.Contains('=')) { $wanted = $option[1] }
                }
            }
        } else { # short options, perhaps several in one word
            for ($letter = 1; $letter -lt $word.Length; $letter++) {
                $option = $options | Where-Object { $_[0].Split('/') -ccontains "-$($word[$letter])" }
                if ($option) {
                    $given += $option[0]
                    if ($option[1]) {
                        if ($letter + 1 -eq $word.Length) { $wanted = $option[1] }
                        break
                    }
                }
            }
        }
    }

    $options = @(Get-Options $path)
    if ($wanted -and -not ($wanted.StartsWith('?') -and $wordToComplete.StartsWith('-'))) {
        Add-Kinds $wanted.TrimStart('?') '' $wordToComplete
    } elseif (-not $ended -and $wordToComplete -match '^(--[^=]+=)(.*)$') {
        $lead = $Matches[1]
        $typed = $Matches[2]
        foreach ($option in $options) {
            if ($option[0].Split('/') -ccontains $lead.TrimEnd('=')) { Add-Kinds $option[1].TrimStart('?') $lead $typed }
        }
    } elseif (-not $ended -and $wordToComplete.StartsWith('-')) {
        foreach ($option in $options) {
            if ($option[2] -or $given -cnotcontains $option[0]) {
                foreach ($spelling in $option[0].Split('/')) { Add-Word '' $wordToComplete $spelling $option[3] }
            }
        }
    } else {
        if ($place -eq 0 -and -not $ended) {
            foreach ($verb in $commands[$path].Verbs) { Add-Word '' $wordToComplete $verb $commands["$path $verb"].About }
        }
        $arguments = $commands[$path].Arguments
        if ($place -lt $arguments.Count) {
            Add-Kinds $arguments[$place] '' $wordToComplete
        } elseif ($arguments.Count -and $arguments[-1].EndsWith('...')) {
            Add-Kinds $arguments[-1] '' $wordToComplete
        }
    }
    return $found
}
