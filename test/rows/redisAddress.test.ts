// The address of a Redis: the forms of its URL, and what has none of them.

import t from 'tap'
import { readRedisPlace } from '../../src/rows/index.js'

t.test('a server, plain and by TLS', async t => {
  t.match(readRedisPlace('redis://cache'), {
    kind: 'server',
    hosts: [{ host: 'cache', port: 6379 }],
    username: undefined,
    password: undefined,
    database: 0,
    tls: false,
    ca: null,
  })
  t.match(readRedisPlace('rediss://ann:s%3Acret%2F@[::1]:7000/12?ca=/etc/ca.pem'), {
    hosts: [{ host: '::1', port: 7000 }],
    username: 'ann',
    password: 's:cret/',
    database: 12,
    tls: true,
    ca: '/etc/ca.pem',
  })
  t.match(readRedisPlace('redis://:only@h/'), { username: undefined, password: 'only' })
})

t.test('a cluster, by some of its nodes', async t => {
  t.match(readRedisPlace('rediss-cluster://u:p@a:7000,b:7001,c'), {
    kind: 'cluster',
    hosts: [
      { host: 'a', port: 7000 },
      { host: 'b', port: 7001 },
      { host: 'c', port: 6379 },
    ],
    username: 'u',
    tls: true,
  })
})

t.test('a master, by its sentinels', async t => {
  t.match(readRedisPlace('redis-sentinel://:p@a,b:26380/rows/2?sentinelPassword=q'), {
    kind: 'sentinel',
    hosts: [
      { host: 'a', port: 26379 },
      { host: 'b', port: 26380 },
    ],
    password: 'p',
    master: 'rows',
    database: 2,
    sentinelPassword: 'q',
  })
  t.match(readRedisPlace('redis-sentinel://a/rows'), { master: 'rows', database: 0 })
})

t.test('anything else is rejected', async t => {
  for (const text of [
    '',
    'redis://',
    'redis:/a',
    'http://a',
    'redis://a,b',
    'redis://a:0',
    'redis://a:70000',
    'redis://a/x',
    'redis://a b',
    'redis://%zz@a',
    'redis-cluster://a/1',
    'redis-sentinel://a',
    'redis-sentinel://a/rows/x',
    'redis://a?unknown=1',
    'redis://a@b@c',
  ]) {
    t.equal(readRedisPlace(text), null, text)
  }
})
