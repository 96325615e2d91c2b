// Where a Redis is, as a URL says it: one server, a cluster by some of its nodes, or whatever server
// some sentinels name as the master; in the clear or by TLS.

interface RedisHost {
  readonly host: string
  readonly port: number
}

interface RedisPlace {
  readonly kind: 'server' | 'cluster' | 'sentinel'
  /** One, if it is a server. */
  readonly hosts: readonly RedisHost[]
  readonly username: string | undefined
  readonly password: string | undefined
  /** Of a cluster always 0. */
  readonly database: number
  /** By which sentinels know the master; empty where there are none. */
  readonly master: string
  readonly sentinelPassword: string | undefined
  readonly tls: boolean
  /** A file with certificates to trust instead of the usual ones, or null. */
  readonly ca: string | null
}

export const REDIS_FORMS =
  '`redis://user:password@host:port/number`, `redis-cluster://host:port,host:port` or ' +
  '`redis-sentinel://host:port,host:port/master`; `rediss` for TLS'

const PARTS =
  /^redis(?<tls>s?)(?:-(?<kind>cluster|sentinel))?:\/\/(?:(?<user>[^@/?]*)@)?(?<hosts>[^@/?]+)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/s
const HOST = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/
const OPTIONS: ReadonlySet<string> = new Set(['ca', 'sentinelPassword'])
const PORT = 6379
const SENTINEL_PORT = 26379

/** Null for what has none of the forms. */
export function readRedisPlace(text: string): RedisPlace | null {
  const { groups } = PARTS.exec(text) ?? {}
  if (groups === undefined) return null
  const kind = (groups.kind ?? 'server') as RedisPlace['kind']
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
    const [found, six, name, digits] = HOST.exec(each) ?? []
    return { found, host: six ?? name, port: digits === undefined ? port : Number(digits) }
  })
  const isGood = hosts.every(
    each => each.found !== undefined && each.port > 0 && each.port < 65_536,
  )
  return isGood ? hosts.map(({ host, port }) => ({ host, port })) : null
}

/** `user:password`, `:password`; each percent-encoded where it has to be. */
function readUser(text: string): Pick<RedisPlace, 'username' | 'password'> | null {
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

/** A database's number, or a master's name and maybe a number. */
function readPath(
  kind: RedisPlace['kind'],
  path: string,
): Pick<RedisPlace, 'master' | 'database'> | null {
  const forms = {
    server: /^()(\d{0,5})$/,
    cluster: /^()(0?)$/,
    sentinel: /^([^/]+)(?:\/(\d{1,5}))?$/,
  }
  const [found, master, digits = ''] = forms[kind].exec(path) ?? []
  return found === undefined ? null : { master, database: Number(digits) }
}
