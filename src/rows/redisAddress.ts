// The address of a Redis as a URL: one server, a cluster by some of its nodes, or the master that
// some sentinels name. The connection is plain or by TLS.

interface RedisHost {
  readonly host: string
  readonly port: number
}

interface RedisAddress {
  readonly kind: 'server' | 'cluster' | 'sentinel'
  /** The hosts. A single server has one. */
  readonly hosts: readonly RedisHost[]
  readonly username: string | undefined
  readonly password: string | undefined
  /** The number of the database. A cluster has only 0. */
  readonly database: number
  /** The name by which sentinels know the master. Empty where there are no sentinels. */
  readonly master: string
  readonly sentinelPassword: string | undefined
  readonly tls: boolean
  /** A file with the certificates to trust instead of the usual ones, or null. */
  readonly ca: string | null
}

/** The forms that a URL may have, as refusals name them. */
export const REDIS_FORMS =
  '`redis://user:password@host:port/number`, `redis-cluster://host:port,host:port` or ' +
  '`redis-sentinel://host:port,host:port/master`; `rediss` for TLS'

const PARTS = new RegExp(
  [
    /^redis(?<tls>s?)(?:-(?<kind>cluster|sentinel))?:\/\//,
    /(?:(?<user>[^@/?]*)@)?(?<hosts>[^@/?]+)/,
    /(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
  's',
)
const HOST = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/
const OPTIONS: ReadonlySet<string> = new Set(['ca', 'sentinelPassword'])
const PORT = 6379
const SENTINEL_PORT = 26379

/** Parses the URL. Returns null if it has none of the forms. */
export function readRedisPlace(text: string): RedisAddress | null {
  const { groups } = PARTS.exec(text) ?? {}
  if (groups === undefined) return null
  const kind = (groups.kind ?? 'server') as RedisAddress['kind']
  const hosts = readHosts(groups.hosts, kind === 'sentinel' ? SENTINEL_PORT : PORT)
  const user = readUser(groups.user ?? '')
  const path = readPath(kind, groups.path ?? '')
  const options = new URLSearchParams(groups.query)
  if (hosts === null || user === null || path === null) return null
  if (kind === 'server' && hosts.length > 1) return null
  if ([...options.keys()].some(name => !OPTIONS.has(name))) return null
  return {
    kind,
    hosts,
    ...user,
    ...path,
    sentinelPassword: options.get('sentinelPassword') ?? undefined,
    tls: groups.tls === 's',
    ca: options.get('ca'),
  }
}

function readHosts(text: string, port: number): readonly RedisHost[] | null {
  const hosts = text.split(',').map(each => {
    const [found, ipv6, name, digits] = HOST.exec(each) ?? []
    return { found, host: ipv6 ?? name, port: digits === undefined ? port : Number(digits) }
  })
  const areValid = hosts.every(
    each => each.found !== undefined && each.port > 0 && each.port < 65_536,
  )
  return areValid ? hosts.map(({ host, port }) => ({ host, port })) : null
}

/** Parses `user:password` or `:password`. Each part may be percent-encoded. */
function readUser(text: string): Pick<RedisAddress, 'username' | 'password'> | null {
  const colon = text.indexOf(':')
  const [name, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  try {
    return {
      username: name === '' ? undefined : decodeURIComponent(name),
      password: password === '' ? undefined : decodeURIComponent(password),
    }
  } catch {
    return null
  }
}

/** Parses the path: the number of a database, or the name of a master and possibly a number. */
function readPath(
  kind: RedisAddress['kind'],
  path: string,
): Pick<RedisAddress, 'master' | 'database'> | null {
  const forms = {
    server: /^()(\d{0,5})$/,
    cluster: /^()(0?)$/,
    sentinel: /^([^/]+)(?:\/(\d{1,5}))?$/,
  }
  const [found, master, digits = ''] = forms[kind].exec(path) ?? []
  return found === undefined ? null : { master, database: Number(digits) }
}
