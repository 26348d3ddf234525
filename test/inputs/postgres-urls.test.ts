import { describe, expect, test } from 'vitest'
import { readTarget } from '../../plugins/query-postgres/connection-string.ts'
import type { QueryPostgresInput } from '../../plugins/query-postgres/fields.ts'
import { parseDatabaseUrl } from '../../src/database-url.ts'
import { readPostgresAddress, UnusableAddress } from '../../src/postgres-address/index.ts'
import { Sensitive } from '../../src/sensitive.ts'

const inputOf = (text: string) =>
  ({ connectionString: new Sensitive(text), ssl: 'verify' }) as unknown as QueryPostgresInput

/** User, password, host, port and database. */
const USUAL = ['ann', 'pass', 'db.test', 5432, 'shop'] as const

type Parts = readonly [user: string, password: string, host: string, port: number, database: string]

/** Each with where it comes from. */
const understood: readonly [from: string, text: string, parts?: Parts][] = [
  ['libpq, 34.1.1.2', 'postgresql://ann:pass@db.test/shop'],
  ['libpq, parameters before the parts', 'postgresql:///shop?host=db.test&user=ann&password=pass'],
  ['libpq, keywords', 'host=db.test port=5432 dbname=shop user=ann password=pass'],
  ['libpq, keywords with blanks and quotes', "host = db.test dbname='shop' user=ann password='pass'"],
  [
    'libpq, escapes',
    String.raw`host=db.test dbname=shop user=ann password='it\'s \\ here'`,
    ['ann', String.raw`it's \ here`, 'db.test', 5432, 'shop'],
  ],
  [
    'Neon',
    'postgresql://ann:pass@ep-cool-rain-1.us-east-2.aws.neon.tech/shop?sslmode=require&channel_binding=require',
    ['ann', 'pass', 'ep-cool-rain-1.us-east-2.aws.neon.tech', 5432, 'shop'],
  ],
  ['Neon without SNI', 'postgresql://ann:pass@db.test/shop?sslmode=require&options=endpoint%3Dep-cool-rain'],
  [
    'Neon, copied with psql',
    "psql 'postgresql://ann:pass@db.test/shop?sslmode=require&channel_binding=require'",
  ],
  [
    'Supabase, pooler',
    'postgresql://postgres.abcdef:pass@aws-0-eu.pooler.supabase.com:6543/postgres?pgbouncer=true',
    ['postgres.abcdef', 'pass', 'aws-0-eu.pooler.supabase.com', 6543, 'postgres'],
  ],
  ['Supabase, .NET', 'User Id=ann;Password=pass;Server=db.test;Port=5432;Database=shop'],
  ['Vercel', 'postgres://ann:pass@db.test:5432/shop?sslmode=require&supa=base-pooler.x'],
  ['Docker Compose, a list of variables', '- DATABASE_URL=postgres://ann:pass@db.test:5432/shop'],
  ['pg_dump', 'pg_dump "postgresql://ann:pass@db.test/shop"'],
  ['pgcli', "pgcli 'postgresql://ann:pass@db.test/shop'"],
  ['angle brackets (RFC 3986, appendix C)', '<postgresql://ann:pass@db.test/shop>'],
  ['Heroku', 'DATABASE_URL=postgres://ann:pass@db.test:5432/shop?sslmode=require'],
  ['heroku config -s', "DATABASE_URL='postgres://ann:pass@db.test:5432/shop'"],
  ['heroku config', 'DATABASE_URL: postgres://ann:pass@db.test:5432/shop'],
  ['DigitalOcean', 'postgresql://ann:pass@db.test:5432/shop?sslmode=require'],
  [
    'CockroachDB',
    'postgresql://ann:pass@db.test:26257/shop?sslmode=verify-full&options=--cluster%3Dtame-fox-1',
    ['ann', 'pass', 'db.test', 26257, 'shop'],
  ],
  ['Azure', 'host=db.test port=5432 dbname=shop user=ann password=pass sslmode=require'],
  ['Azure, .NET', 'Server=db.test;Database=shop;Port=5432;User Id=ann;Password=pass;Ssl Mode=Require;'],
  [
    'Npgsql',
    'Host=db.test;Username=ann;Password=pass;Database=shop;Pooling=true;Minimum Pool Size=0;Trust Server Certificate=true',
  ],
  ['PDO', 'pgsql:host=db.test;port=5432;dbname=shop;user=ann;password=pass'],
  [
    'Prisma',
    'postgresql://ann:pass@db.test:5432/shop?schema=public&connection_limit=5&pool_timeout=10&sslaccept=strict',
  ],
  ['SQLAlchemy with psycopg2', 'postgresql+psycopg2://ann:pass@db.test/shop'],
  [
    'SQLAlchemy with asyncpg',
    'postgresql+asyncpg://ann:pass@db.test/shop?ssl=require&prepared_statement_cache_size=0',
  ],
  ['Django with PostGIS', 'postgis://ann:pass@db.test/shop?conn_max_age=600'],
  [
    'Rails',
    'postgresql://ann:pass@db.test/shop?pool=5&timeout=5000&encoding=unicode&prepared_statements=false',
  ],
  ['Doctrine', '"postgresql://ann:pass@db.test:5432/shop?serverVersion=16&charset=utf8"'],
  ['Ecto', 'ecto://ann:pass@db.test/shop'],
  [
    'JDBC',
    'jdbc:postgresql://db.test:5432/shop?user=ann&password=pass&ssl=true&prepareThreshold=0&ApplicationName=x',
  ],
  ['pgx', 'postgres://ann:pass@db.test:5432/shop?pool_max_conns=10&default_query_exec_mode=simple_protocol'],
  ['.env', 'export DATABASE_URL="postgres://ann:pass@db.test/shop"\n'],
  ['PowerShell', '$env:DATABASE_URL = "postgres://ann:pass@db.test/shop"'],
  ['Dockerfile', 'ENV DATABASE_URL=postgres://ann:pass@db.test/shop'],
  ['JSON', '"DATABASE_URL": "postgres://ann:pass@db.test/shop",'],
  ['a shell', "psql -d 'postgres://ann:pass@db.test/shop';"],
  ['psql with keywords', 'psql "host=db.test user=ann password=pass dbname=shop sslmode=require"'],
  ['white space, byte order mark', '\ufeff \n postgres://ann:pass@db.test/shop \r\n'],
  ['curly quotes of a chat', '“postgres://ann:pass@db.test/shop”'],
  ['a chat, as code', '`postgres://ann:pass@db.test/shop`'],
  ['@ in a password', 'postgres://ann:p@ss@db.test/shop', ['ann', 'p@ss', 'db.test', 5432, 'shop']],
  ['# in a password', 'postgres://ann:p#ss@db.test/shop', ['ann', 'p#ss', 'db.test', 5432, 'shop']],
  ['/ in a password', 'postgres://ann:p/ss@db.test/shop', ['ann', 'p/ss', 'db.test', 5432, 'shop']],
  [
    '/ after digits in a password',
    'postgres://ann:12/34@db.test/shop',
    ['ann', '12/34', 'db.test', 5432, 'shop'],
  ],
  [
    '? in a password',
    'postgres://ann:p?ss@db.test/shop?sslmode=require',
    ['ann', 'p?ss', 'db.test', 5432, 'shop'],
  ],
  ['% in a password', 'postgres://ann:100%sure@db.test/shop', ['ann', '100%sure', 'db.test', 5432, 'shop']],
  [': in a password', 'postgres://ann:p:ss@db.test/shop', ['ann', 'p:ss', 'db.test', 5432, 'shop']],
  ['+ in a password', 'postgres://ann:p+ss@db.test/shop', ['ann', 'p+ss', 'db.test', 5432, 'shop']],
  [
    '[ ] and & in a password',
    'postgres://ann:[p&s]=@db.test/shop',
    ['ann', '[p&s]=', 'db.test', 5432, 'shop'],
  ],
  [
    'percent-encoded',
    'postgres://ann:p%40%2F%23%3F%25%2B@db.test/shop',
    ['ann', 'p@/#?%+', 'db.test', 5432, 'shop'],
  ],
  [
    'a user with @ (Azure single server)',
    'postgres://ann%40srv:pass@db.test/shop',
    ['ann@srv', 'pass', 'db.test', 5432, 'shop'],
  ],
  ['IPv6', 'postgres://ann:pass@[2001:db8::1]:6543/shop', ['ann', 'pass', '2001:db8::1', 6543, 'shop']],
  ['an empty port', 'postgres://ann:pass@db.test:/shop'],
]

describe.each(understood)('%s: %s', (_from, text, [user, password, host, port, database] = USUAL) => {
  test('is read by query-postgres', () => {
    expect(readTarget(inputOf(text))).toMatchObject({ user, password, host, port, database })
  })

  test("is read as Lockstep's own address", () => {
    const parsed = parseDatabaseUrl(text)
    expect(parsed.hosts).toEqual([{ host, port }])
    // What pg gets is a plain URL, which says the same once more.
    const url = new URL(parsed.url)
    expect([url.username, url.password].map(decodeURIComponent)).toEqual([user, password])
    expect(url.pathname).toBe(`/${database}`)
    expect(parseDatabaseUrl(parsed.url)).toEqual(parsed)
  })
})

const settingsOf = (text: string) => {
  const { options, settings } = readTarget(inputOf(text))
  return { options, settings: Object.fromEntries(settings) }
}

test.each([
  ['options=endpoint%3Dep-1', 'endpoint=ep-1', {}],
  ['options=--cluster%3Dtame-fox-1%20-c%20search_path%3Da', '--cluster=tame-fox-1', { search_path: 'a' }],
  ['options=project%3Dx', 'project=x', {}],
  ['options=-c+geqo%3Doff', undefined, { geqo: 'off' }],
  ['options=-c%20timezone%3DUTC&search_path=a,b', undefined, { timezone: 'UTC', search_path: 'a,b' }],
])('of ?%s, %s is sent and the rest is set by a statement', (parameters, options, settings) => {
  expect(settingsOf(`postgres://ann:pass@db.test/shop?${parameters}`)).toEqual({ options, settings })
})

describe("what Lockstep's own database cannot be is named", () => {
  test.each([
    ['service=main', 'holds the parameter service'],
    ['passfile=/x', 'holds the parameter passfile'],
    ['schema=shop', 'names another schema than public'],
    ['client_encoding=latin1', 'names another client_encoding than UTF8'],
    ['replication=database', 'holds the parameter replication'],
    ['CANARY=1', 'a parameter that neither libpq nor a client that we know has (not shown)'],
  ])('%s', (parameters, words) => {
    expect(() => parseDatabaseUrl(`postgres://ann:CANARY@db.test/shop?${parameters}`)).toThrow(words)
  })
})

describe('is refused in words without a part of it', () => {
  test.each([
    ['CANARY', 'no PostgreSQL address'],
    ['mysql://ann:CANARY@db.test/shop', 'no PostgreSQL address'],
    ['https://ann:CANARY@db.test/shop', 'is a web address'],
    ['prisma+postgres://accelerate.prisma-data.net/?api_key=CANARY', 'is an address of Prisma Accelerate'],
    ['PGPASSWORD=CANARY psql -h db.test -U ann shop', 'is a command of psql with options'],
    ['psql -h db.test -U CANARY shop', 'is a command of psql with options'],
    ['postgresql://postgres:[YOUR-PASSWORD]@db.test:5432/postgres', 'still holds the placeholder'],
    ['postgres://ann:CAN@ARY/x@db.test/shop', 'can be read in two ways'],
    ['postgres://ann:CANARY@db.test/shop#x', 'holds a # after its host'],
    ['postgres://ann:CANARY@db.test:99999/shop', 'holds a port that is none'],
    ['postgres://ann:CANARY@db.test/shop?host=other.test', 'names its host twice'],
    ['postgres://ann:CANARY@db.test/shop?sslmode=CANARY', 'holds an sslmode that libpq does not have'],
    [
      'postgres://ann:CANARY@db.test/shop?sslmode=require&sslmode=disable',
      'holds the parameter sslmode twice',
    ],
    ['DATABASE_URL=postgres://ann:CANARY@db.test/shop\nOTHER=1', 'several lines'],
    ["host=db.test password='CANARY", 'no PostgreSQL address'],
    ['host=db.test,other.test user=ann password=CANARY', 'several hosts in the parameter host'],
  ])('%s', (text, words) => {
    for (const read of [readTarget, parseDatabaseUrl]) {
      const work = () => (read === readTarget ? readTarget(inputOf(text)) : parseDatabaseUrl(text))
      expect(work).toThrow(words)
      try {
        work()
      } catch (error) {
        expect(String(error)).not.toContain('CANARY')
      }
    }
  })
})

test.each([
  ['postgres://', '@/'],
  ['host=', "'\\"],
  ['postgres://', 'a,'],
  ['"', '"'],
  ['postgres://a:b@c/d?', 'a=b&'],
  ['DATABASE_URL=', ' '],
  ['host=a ', 'b= '],
  ['postgres://a', '%'],
])('a long text that begins with %s and goes on with %j is refused at once', (start, more) => {
  for (const length of [16_000, 1_000_000]) {
    const text = start + more.repeat(length / more.length)
    expect(() => readPostgresAddress(text.slice(0, length))).toThrow(UnusableAddress)
  }
})
