import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redactor/index.ts'
import { partsOf } from '../../src/redactor/parts.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { redactorOf } from './encodings.ts'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const account = {
  type: 'service_account',
  project_id: 'my-project-dev',
  private_key_id: '0123456789abcdef0123456789abcdef01234567',
  private_key: privateKey,
  client_email: 'deploy@my-project-dev.iam.gserviceaccount.com',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
  auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
  universe_domain: 'googleapis.com',
}
const accountJson = JSON.stringify(account, null, 2)
const keyLines = privateKey.trim().split('\n').slice(1, -1)

const der = Buffer.from(keyLines.join(''), 'base64')
const folded = (text: string, width: number): string =>
  text.replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\r\n  ')
const claims = Buffer.from(JSON.stringify({ sub: 'customer-20771', scope: 'orders.read' })).toString(
  'base64url',
)
const signature = randomBytes(32).toString('base64url')
const jwt = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${claims}.${signature}`

const envFile = `# the shop
NODE_ENV=production
export DB_PASSWORD="corr ect-horse\\"1"   # rotate me
STRIPE_KEY='sk_live_4eC39HqLyjWD'
SESSION_SALT=Zm9vYmFyYmF6cXV4 # no quotes
REGION=us-east-1
LOG_LEVEL = informational
`

/** The forms in which a part comes back: unchanged, in JSON, in base64, in a query. */
const ways: Record<string, (part: string) => string> = {
  plain: (it) => it,
  JSON: (it) => JSON.stringify({ key: it }),
  'JSON in JSON': (it) => JSON.stringify(JSON.stringify({ key: it })),
  base64: (it) => Buffer.from(it).toString('base64'),
  'base64 of JSON': (it) => Buffer.from(JSON.stringify({ key: it })).toString('base64'),
  hex: (it) => Buffer.from(it).toString('hex'),
  query: (it) => `?k=${encodeURIComponent(it)}`,
}

const cases: [what: string, value: string, part: string][] = [
  ['the private key of a service account', accountJson, privateKey],
  ['the key id of a service account', accountJson, account.private_key_id],
  ['the private key without line breaks', accountJson, keyLines.join('')],
  ['a line of the private key', accountJson, keyLines[9] ?? ''],
  ['the key of a service account in base64', Buffer.from(accountJson).toString('base64'), privateKey],
  ['the body of a PEM block', privateKey, keyLines.join('')],
  ['the body of a PEM block in lines of another length', privateKey, folded(keyLines.join(''), 76)],
  ['the bytes of a PEM block in hex', privateKey, der.toString('hex')],
  ['the bytes of a PEM block as a JWK writes bytes', privateKey, der.toString('base64url')],
  ['the bytes of the key of a service account in hex', accountJson, der.toString('hex')],
  ['the claims of a signed token, encoded', jwt, claims],
  ['the signature of a token', jwt, signature],
  ['the signature of a token in a header', `Bearer ${jwt}`, signature],
  ['a quoted value of a .env', envFile, 'corr ect-horse"1'],
  ['a single-quoted value of a .env', envFile, 'sk_live_4eC39HqLyjWD'],
  ['a bare value of a .env', envFile, 'Zm9vYmFyYmF6cXV4'],
  ['a value of YAML', 'db:\n  user: app\n  password: hunter2-hunter2\n', 'hunter2-hunter2'],
  ['a value of an INI file', '[db]\npassword = hunter2-hunter2\nuser = app\n', 'hunter2-hunter2'],
  ['the password of a URL', 'postgres://app:s3cr3t-w0rds@db.example.com:5432/shop', 's3cr3t-w0rds'],
  ['the decoded password of a URL', 'postgres://app:p%40ss%2Fw0rd%21@db/shop', 'p@ss/w0rd!'],
  ['the raw password of a URL', 'postgres://app:p%40ss%2Fw0rd%21@db/shop', 'p%40ss%2Fw0rd%21'],
  ['a password with signs in a URL', 'redis://:p@ss/w0rd?x@cache:6379', 'p@ss/w0rd?x'],
  ['a password before an @ in a query', 'amqp://app:s3cr3t-w0rds@mq/?contact=me@example.com', 's3cr3t-w0rds'],
  ['the password of a JDBC URL', 'jdbc:postgresql://db/shop?user=app&password=s3cr3t-w0rds', 's3cr3t-w0rds'],
  ['the token of a webhook', 'https://hooks.example.com/services/T0AB12CD3/x9Yz8Wv7Ut6S', 'x9Yz8Wv7Ut6S'],
  ['the signature of a URL', 'https://x.example.com/f?sv=2024&sig=aB3%2FdE5%3D9z', 'aB3/dE5=9z'],
  [
    'a password of libpq',
    `host=db user=app password='it''s s3cret' dbname=shop`.replace("''", "\\'"),
    "it\\'s s3cret",
  ],
  ['a password of ADO', 'Server=tcp:db,1433;User Id=app;Password=s3cr3t-w0rds;Encrypt=True', 's3cr3t-w0rds'],
  [
    'an account key',
    'AccountName=shop;AccountKey=aB3dE5fG7hI9jK1l==;EndpointSuffix=core',
    'aB3dE5fG7hI9jK1l==',
  ],
  ['a password after a user', 'admin:correct-horse-battery', 'correct-horse-battery'],
  ['a password with a colon', 'admin:s3cr3t:w0rds', 's3cr3t:w0rds'],
  ['a user before a password', 'AC0123456789abcdef:s3cr3t-w0rds', 'AC0123456789abcdef'],
  [
    'a string in nested JSON',
    JSON.stringify({ a: JSON.stringify({ b: [{ token: 'x9Yz8Wv7Ut6S' }] }) }),
    'x9Yz8Wv7Ut6S',
  ],
  ['a URL in JSON', '{"url":"postgres://app:s3cr3t-w0rds@db/shop"}', 's3cr3t-w0rds'],
  ['a URL in a .env', 'A=b\nDATABASE_URL=postgres://app:s3cr3t-w0rds@db/shop\n', 's3cr3t-w0rds'],
  ['a number under a secret name', '{"pin":1234567890}', '1234567890'],
  ['a line of many', 'alpha beta gamma\nx9Yz8Wv7Ut6S\n', 'x9Yz8Wv7Ut6S'],
]

describe('a single part of a value is masked', () => {
  const all = cases.flatMap(([what, value, part]) =>
    Object.keys(ways).map((way) => [what, way, value, part] as const),
  )
  test.each(all)('%s, in %s', (_what, way, value, part) => {
    const redactor = redactorOf({ KEY: value })
    const text = `(${ways[way]?.(part) ?? ''})`
    expect(redactor.find(text)).toEqual(['KEY'])
    expect(redactor.text(text)).toMatch(/^\(.{0,24}\[secret KEY\].{0,40}\)$/s)
  })
})

describe('well-known parts stay', () => {
  test.each([
    [
      'a service account',
      accountJson,
      Object.values(account).filter((it) => it !== privateKey && !it.startsWith('0123')),
    ],
    [
      'a .env',
      envFile,
      ['production', 'us-east-1', 'NODE_ENV', 'the shop', 'informational', 'LOG_LEVEL = informational'],
    ],
    [
      'a URL',
      'postgres://application:s3cr3t-w0rds@db.example.com:5432/shop_production?sslmode=verify-full&timezone=Europe/Berlin',
      ['db.example.com', 'application', 'shop_production', 'verify-full', 'postgres', 'Europe/Berlin'],
    ],
    [
      'a connection string',
      'Server=tcp:db.example.com,1433;User Id=reporting_user;Password=s3cr3t-w0rds;Encrypt=True',
      ['db.example.com', 'reporting_user', 'Password'],
    ],
    ['a pair', 'administrator:s3cr3t-w0rds', ['administrator']],
    [
      'JSON',
      '{"endpoint":"https://api.example.com/v1","contact":"me@example.com","created":"2026-01-02T03:04:05Z","address":"10.11.12.13","mode":"read_write","key":"x9Yz8Wv7Ut6S"}',
      [
        'https://api.example.com/v1',
        'me@example.com',
        '2026-01-02T03:04:05Z',
        '10.11.12.13',
        'read_write',
        'endpoint',
      ],
    ],
    ['the frame of a key', privateKey, ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----']],
    ['a pass phrase', 'correct horse battery staple', ['correct horse', 'battery staple']],
  ] as [string, string, string[]][])('%s', (_what, value, texts) => {
    const redactor = redactorOf({ KEY: value })
    for (const text of texts) expect(redactor.text(`(${text})`)).toBe(`(${text})`)
  })
})

test('the whole value is one mark', () => {
  for (const [, value] of cases) expect(redactorOf({ KEY: value }).text(`(${value})`)).toBe('([secret KEY])')
})

test('a text derived from a secret has no parts', () => {
  const redactor = createRedactor()
  const made = JSON.stringify({ customer: 'cus_x9Yz8Wv7Ut6S', key: 'sk_live_4eC39HqLyjWD' })
  redactor.learn(['KEY'], new Sensitive(made), false)
  redactor.learn(['KEY'], new Sensitive('sk_live_4eC39HqLyjWD'))
  expect(redactor.text(`(${made}) cus_x9Yz8Wv7Ut6S`)).toBe('([secret KEY]) cus_x9Yz8Wv7Ut6S')
  redactor.learn(['KEY'], new Sensitive(made))
  expect(redactor.text('cus_x9Yz8Wv7Ut6S')).toBe('[secret KEY]')
})

describe('the number of parts is bounded', () => {
  const many = Array.from({ length: 5000 }, (_it, i) => `k${i}: x9Yz8Wv7Ut${i}`)
  test.each([
    ['lines', many.join('\n')],
    ['JSON', JSON.stringify(many)],
    ['a list of lists', '['.repeat(30_000)],
    ['nested JSON', Array.from({ length: 12 }).reduce<string>((it) => JSON.stringify([it]), 'x9Yz8Wv7Ut')],
    ['quotes', `a='${"'\\'".repeat(20_000)}`],
    ['white space', `a${' '.repeat(60_000)}b\nc`],
    ['beginnings of keys', '-----BEGIN A-----\n'.repeat(3000)],
    ['percent signs', 'a://b:%25'.repeat(6000)],
    ['colons', ':a'.repeat(30_000)],
  ])('%s', (_what, value) => {
    expect(partsOf(value).length).toBeLessThanOrEqual(2 * 2048)
  })
})
