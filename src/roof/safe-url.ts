import { isLoopback } from './tls.ts'

/** Whether nobody on the way can read or change what is sent to a URL and what it answers: TLS, or this machine alone. */
export function isSafeUrl({ protocol, hostname, username, password }: URL): boolean {
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')))
}
