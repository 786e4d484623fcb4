import ipaddr from 'ipaddr.js';

/** Of all that IANA has given out, the part of IPv6 that is routed between networks (RFC 4291, 2.4). */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Public by its number, and yet the platform's own: what a machine on Azure asks who it is. */
const OF_PLATFORMS: readonly string[] = ['168.63.129.16'];

/**
 * Whether an address is one of the public internet. Everything else is refused, and what is in doubt: private, loopback, link-local (the
 * metadata of clouds, 169.254.169.254, among them), unique-local (fd00:ec2::254), shared by carriers, multicast, reserved, for
 * documentation or benchmarks, and every IPv6 form that has an IPv4 address in it (mapped, NAT64, 6to4, Teredo), public or not.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_IPV6);
  // One that is written in fewer parts, or not to the base of ten, comes from no resolver.
  return ipaddr.IPv4.isValidFourPartDecimal(address) && !OF_PLATFORMS.includes(address);
}
