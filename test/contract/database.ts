// The contract of every driver of the database port. A place is one empty database, through which
// handles to it are opened, several at once where the driver allows that.

import t, { type Test } from 'tap'
import type { Database, Queryable } from '../../src/storage/database.js'
import { migrate } from '../../src/storage/migrate.js'

export interface DatabasePlace {
  open(): Promise<Database>
  /** Whether several handles may be open at once; otherwise a test shares one. */
  readonly several: boolean
}

export function databaseContract(name: string, place: DatabasePlace): void {
  t.test(`${name} keeps the database port`, async t => {
    const database = await place.open()
    const another = async () => {
      if (!place.several) return database
      const fresh = await place.open()
      t.teardown(() => fresh.close())
      return fresh
    }
    values(t, database)
    failures(t, database)
    transactions(t, database)
    snapshots(t, database)
    notifications(t, database)
    migrations(t, another)
    t.test('a closed handle refuses work, and may be closed again', async t => {
      await database.close()
      await database.close()
      const refusal = { code: 'storage-unavailable', message: /has been closed/ }
      await t.rejects(database.query('select 1'), refusal)
      await t.rejects(database.script('select 1'), refusal)
      await t.rejects(database.transaction(nothing), refusal)
      await t.rejects(
        database.listen('never', () => {}),
        refusal,
      )
    })
  })
}

const nothing = async (): Promise<void> => {}

function values(t: Test, database: Database): void {
  t.test('values come back as they went in', async t => {
    const texts = ['', 'null', 'NULL', 'a,b', '{"x": [1]}', "it's", '\\N', 'żółć 汉字 🦔', '\u202e']
    const integers = [0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
    for (const text of texts) {
      const rows = await database.query('select $1::text as value', [text])
      t.strictSame(rows, [{ value: text }])
    }
    for (const integer of integers) {
      const rows = await database.query('select $1::bigint as value', [integer])
      t.strictSame(rows, [{ value: integer }])
    }
    const rows = await database.query(
      'select $1::boolean as yes, $2::boolean as no, $3::text as nothing, $4::integer as small',
      [true, false, null, 7],
    )
    t.strictSame(rows, [{ yes: true, no: false, nothing: null, small: 7 }])
    const lists = await database.query(
      'select * from unnest($1::text[], $2::bigint[]) as pair(word, number)',
      [
        [...texts, null],
        [...texts.map((_, i) => i * 1e12), null],
      ],
    )
    t.strictSame(lists, [
      ...texts.map((word, i) => ({ word, number: i * 1e12 })),
      { word: null, number: null },
    ])
    t.strictSame(await database.query('select $1::text[] as list', [texts]), [{ list: texts }])
  })

  t.test('a bigint that is no safe number is a fault, not another number', async t => {
    await t.rejects(database.query('select 9007199254740993::bigint as n'), {
      name: 'Fault',
      message: /9007199254740993/,
    })
    t.strictSame(await database.query('select 1 as n'), [{ n: 1 }])
  })

  t.test('statements without results return no rows', async t => {
    await database.script(
      'create table empty_handed (n bigint); insert into empty_handed values (1)',
    )
    t.strictSame(await database.query('select n from empty_handed where n = $1', [2]), [])
    t.strictSame(await database.query('update empty_handed set n = 3'), [])
  })
}

function failures(t: Test, database: Database): void {
  t.test('a thousand statements in flight get their own answers', async t => {
    const numbers = Array.from({ length: 1000 }, (_, i) => i)
    const answers = await Promise.all(
      numbers.map(n => database.query<{ n: number }>('select $1::bigint as n', [n])),
    )
    t.strictSame(
      answers.map(([row]) => row.n),
      numbers,
    )
  })

  t.test('a statement that fails does not disturb its neighbours', async t => {
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        database
          .query<{ n: number }>(i % 3 === 1 ? 'select 1 / $1::int as n' : 'select $1::int as n', [
            i % 3 === 1 ? 0 : i,
          ])
          .then(
            ([row]) => row.n,
            error => error.code,
          ),
      ),
    )
    t.strictSame(
      outcomes,
      Array.from({ length: 60 }, (_, i) => (i % 3 === 1 ? '22012' : i)),
    )
  })

  t.test('an error has its SQLSTATE', async t => {
    await database.script('create table unique_once (n bigint primary key)')
    await database.query('insert into unique_once values (1)')
    const error = { name: 'SqlError' }
    await t.rejects(database.query('selec'), { ...error, code: '42601' })
    await t.rejects(database.query('select * from nowhere'), { ...error, code: '42P01' })
    await t.rejects(database.query('insert into unique_once values (1)'), {
      ...error,
      code: '23505',
    })
    await t.rejects(database.script('select 1; selec'), { ...error, code: '42601' })
    await t.rejects(database.query('select $1::text', ['\0']), { ...error, code: '22021' })
  })
}

function transactions(t: Test, database: Database): void {
  const count = async (within: Queryable = database): Promise<number> => {
    const [row] = await within.query<{ n: number }>('select count(*) as n from ledger')
    return row.n
  }

  t.test('a transaction gives what its work gives, and is there afterwards', async t => {
    await database.script('create table ledger (n bigint not null)')
    const seen = await database.transaction(async transaction => {
      await transaction.query('insert into ledger values ($1)', [1])
      await transaction.script('insert into ledger values (2); insert into ledger values (3)')
      return count(transaction)
    })
    t.equal(seen, 3)
    t.equal(await count(), 3)
  })

  t.test('work that throws leaves nothing behind, and its error passes on', async t => {
    const reason = new Error('changed my mind')
    const work = database.transaction(async transaction => {
      await transaction.query('delete from ledger')
      throw reason
    })
    await t.rejects(work, reason)
    t.equal(await count(), 3)
  })

  t.test('a statement that failed is not forgotten, even by work that goes on', async t => {
    const work = database.transaction(async transaction => {
      await transaction.query('delete from ledger')
      await transaction.query('insert into ledger values (null)').catch(() => {})
    })
    await t.rejects(work, { code: '23502' })
    t.equal(await count(), 3)
  })

  t.test('a transaction is not used after its end', async t => {
    let kept: Queryable = database
    await database.transaction(async transaction => {
      kept = transaction
    })
    await t.rejects(kept.query('select 1'), { name: 'Fault' })
  })

  t.test('a database says whether it serves others during a transaction', async t => {
    let served = false
    let outside: Promise<unknown> | undefined
    await database.transaction(async transaction => {
      outside = database.query('select 1').then(() => {
        served = true
      })
      if (database.concurrent) await outside
      for (let i = 0; i < 20; i++) await transaction.query('select 1')
      t.equal(served, database.concurrent)
    })
    await outside
    t.equal(served, true)
  })

  t.test('transactions that lock the same row follow one another', async t => {
    await database.script('create table tally (n bigint not null); insert into tally values (0)')
    const add = () =>
      database.transaction(async transaction => {
        const [row] = await transaction.query<{ n: number }>('select n from tally for update')
        await transaction.query('update tally set n = $1', [row.n + 1])
      })
    await Promise.all([...Array.from({ length: 25 }, add), database.query('select n from tally')])
    t.strictSame(await database.query('select n from tally'), [{ n: 25 }])
  })
}

function snapshots(t: Test, database: Database): void {
  t.test('the reads of a snapshot agree while others write', async t => {
    await database.script('create table sightings (n bigint)')
    const sightings = (within: Queryable) => within.query('select n from sightings')
    let outside: Promise<unknown> | undefined
    await database.snapshot(async snapshot => {
      const before = await sightings(snapshot)
      let landed = false
      outside = database.query('insert into sightings values (1)').then(() => {
        landed = true
      })
      // An embedded database runs the writer after the snapshot, a server at the same time.
      for (let i = 0; i < 50 && !landed; i++) await snapshot.query('select 1')
      t.strictSame(await sightings(snapshot), before)
    })
    await outside
    t.strictSame(await sightings(database), [{ n: 1 }])
  })

  t.test('a snapshot writes nothing', async t => {
    const work = database.snapshot(snapshot => snapshot.query('delete from sightings'))
    await t.rejects(work, { code: 'storage-unavailable', message: /read-only transaction/ })
  })
}

/** Counts notifications. `until` resolves at the given count. */
export class Ear {
  private times = 0
  private waiting: { readonly times: number; readonly resolve: () => void }[] = []

  readonly told: (string | null)[] = []

  readonly heard = (told: string | null): void => {
    this.times++
    this.told.push(told)
    for (const { times, resolve } of this.waiting) if (this.times >= times) resolve()
    this.waiting = this.waiting.filter(({ times }) => this.times < times)
  }

  until(times: number): Promise<void> {
    if (this.times >= times) return Promise.resolve()
    return new Promise(resolve => this.waiting.push({ times, resolve }))
  }
}

function notifications(t: Test, database: Database): void {
  t.test('a listener is called when it begins, and at each notification', async t => {
    const ear = new Ear()
    const other = new Ear()
    const stop = await database.listen('Some "channel"', ear.heard)
    const stopOther = await database.listen('other', other.heard)
    await ear.until(1)
    await other.until(1)
    await database.query('notify "Some ""channel"""')
    await ear.until(2)
    await database.transaction(async transaction => {
      await transaction.query(`select pg_notify('Some "channel"', 'news')`)
    })
    await ear.until(3)
    await stop()
    await database.query('notify "Some ""channel"""')
    await database.query(`select pg_notify('other', 'its own')`)
    await other.until(2)
    await stopOther()
    t.strictSame(ear.told, [null, '', 'news'])
    t.strictSame(other.told, [null, 'its own'])
  })

  t.test('listeners of one channel come and go independently', async t => {
    const [first, second] = [new Ear(), new Ear()]
    const stopFirst = await database.listen('shared', first.heard)
    await first.until(1)
    const stopSecond = await database.listen('shared', second.heard)
    await second.until(1)
    await database.query(`select pg_notify('shared', 'to both')`)
    await Promise.all([first.until(2), second.until(2)])
    await stopFirst()
    await database.query(`select pg_notify('shared', 'to one')`)
    await second.until(3)
    await stopSecond()
    t.strictSame(first.told, [null, 'to both'])
    t.strictSame(second.told, [null, 'to both', 'to one'])
  })
}

function migrations(t: Test, another: () => Promise<Database>): void {
  const first = { number: 1, name: 'first', sql: 'create table one (n int); create table two ()' }
  const second = { number: 2, name: 'second', sql: 'insert into one values (1)' }
  const wrong = { number: 3, name: 'wrong', sql: 'insert into one values (2); select 1 / 0' }
  const one = (database: Database) => database.query('select n from one')

  t.test('openers that migrate at once do each step once', async t => {
    const databases = await Promise.all([another(), another(), another()])
    await Promise.all(databases.map(database => migrate(database, [first])))
    await Promise.all(databases.map(database => migrate(database, [first, second])))
    t.strictSame(await one(databases[0]), [{ n: 1 }])
  })

  t.test('a step that fails leaves nothing half done, and can be done later', async t => {
    const database = await another()
    await t.rejects(migrate(database, [first, second, wrong]), { code: '22012' })
    t.strictSame(await one(database), [{ n: 1 }])
    await migrate(database, [first, second, { ...wrong, sql: 'insert into one values (2)' }])
    t.strictSame(await one(database), [{ n: 1 }, { n: 2 }])
  })

  t.test('a database that a newer version has migrated is refused', async t => {
    const database = await another()
    await t.rejects(migrate(database, [first, second]), {
      code: 'storage-unavailable',
      message: /at migration 3, but this version knows only 2/,
    })
  })
}
