import { BlockList, isIP } from 'node:net'

/**
 * Whether an address is of this machine, of a private network or of a link (cloud metadata services among them), or of no
 * single host at all: none that a service on the internet has. IANA special-purpose registries (RFC 6890).
 */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return true
  return family === 4 ? v4.check(address) : v6.check(address, 'ipv6')
}

const V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Loopback, unspecified, discard, documentation, benchmarking, unique local, link-local, site-local, multicast. */
const V6 = [
  '::/127',
  '100::/64',
  '2001:2::/48',
  '2001:db8::/32',
  '3fff::/20',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]
/** Where an IPv4 address rides in an IPv6 one: mapped, compatible, NAT64, 6to4; none of them is needed to reach a service. */
const CARRIERS = ['::ffff:0:0/96', '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32']

const listOf = (ranges: readonly string[], type: 'ipv4' | 'ipv6') => {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/')
    list.addSubnet(net, Number(prefix), type)
  }
  return list
}
const v4 = listOf(V4, 'ipv4')
const v6 = listOf([...V6, ...CARRIERS], 'ipv6')
