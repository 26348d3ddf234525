import { describe, expect, it } from 'vitest'
import { anywhere } from '../../../src/secret/policy.ts'
import { hostsInWords, placeInWords } from '../../../web/src/secrets/policy-words.ts'
import {
  holds,
  hostsOfPasted,
  nothingWritten,
  readWritten,
  toggled,
  writtenFrom,
} from '../../../web/src/secrets/written-policy.ts'

const bound = { ...nothingWritten, where: 'hosts' } as const
const free = { ...nothingWritten, where: 'anywhere' } as const

describe('the policy in the form', () => {
  it('is undefined until the person has chosen where a value may go', () => {
    expect(readWritten(nothingWritten)).toEqual({ problems: { where: 'Choose where it may go.' } })
    expect(readWritten({ ...nothingWritten, hosts: 'api.acme.test' })).toHaveProperty('problems.where')
  })

  it('is any host if that is chosen, whatever hosts are still written', () => {
    expect(readWritten({ ...free, hosts: 'no host/' })).toEqual({ policy: anywhere })
  })

  it('needs at least one host if it is bound to hosts', () => {
    expect(readWritten(bound)).toHaveProperty('problems.hosts')
    expect(readWritten({ ...bound, hosts: ' ,;\n' })).toHaveProperty('problems.hosts')
  })

  it('has its entries separated by lines, blanks and commas, each normalised', () => {
    const written = {
      ...bound,
      hosts: 'API.acme.test\n*.acme.test, http://127.0.0.1:8080;api.acme.test',
      methods: 'get post',
      paths: '/v1/',
      places: 'header:Authorization\nquery:Key send-email.password',
    }
    expect(readWritten(written)).toEqual({
      policy: {
        hosts: ['api.acme.test', '*.acme.test', 'http://127.0.0.1:8080'],
        methods: ['GET', 'POST'],
        paths: ['/v1/'],
        places: ['header:authorization', 'query:Key', 'send-email.password'],
      },
    })
  })

  it.each([
    ['hosts', 'https://api.acme.test/v1'],
    ['hosts', '*.com'],
    ['methods', 'GE/T'],
    ['paths', 'v1/'],
    ['places', 'header'],
  ] as const)('has an error beside the %s if “%s” is invalid', (member, entry) => {
    const result = readWritten({ ...bound, hosts: 'api.acme.test', [member]: entry })
    expect(result).toEqual({ problems: { [member]: expect.stringContaining(`“${entry}” is not`) } })
  })

  it('has an error if there are too many entries', () => {
    const hosts = Array.from({ length: 101 }, (_, at) => `h${at}.acme.test`).join('\n')
    expect(readWritten({ ...bound, hosts })).toEqual({
      problems: { where: expect.stringMatching(/at most 100/) },
    })
  })

  it('is unchanged after it was shown in the form', () => {
    const policy = {
      hosts: ['a.test', 'http://b.test:81'],
      methods: ['GET', 'PUT'],
      paths: ['/a', '/b'],
      places: ['url', 'body'],
    }
    expect(readWritten(writtenFrom(policy))).toEqual({ policy })
    expect(readWritten(writtenFrom(anywhere))).toEqual({ policy: anywhere })
  })
})

describe('a suggestion', () => {
  it('chooses the hosts too, and can be undone without choosing any host', () => {
    const taken = toggled(nothingWritten, 'hosts', ['api.acme.test', 'b.test'])
    expect(readWritten(taken)).toHaveProperty('policy.hosts', ['api.acme.test', 'b.test'])
    expect(holds(taken, 'hosts', ['b.test'])).toBe(true)
    const given = toggled(taken, 'hosts', ['api.acme.test', 'b.test'])
    expect(readWritten(given)).toHaveProperty('problems.hosts')
  })

  it('keeps the hosts that were written already', () => {
    const written = { ...bound, hosts: 'mine.test', places: 'body' }
    expect(toggled(written, 'hosts', ['api.acme.test']).hosts).toBe('mine.test\napi.acme.test')
    const places = toggled(written, 'places', ['url'])
    expect(places.places).toBe('body\nurl')
    expect(toggled(places, 'places', ['url']).places).toBe('body')
  })

  it('is not applied while any host is chosen', () => {
    expect(holds({ ...free, hosts: 'api.acme.test' }, 'hosts', ['api.acme.test'])).toBe(false)
  })
})

it('describes in words where a value may go', () => {
  expect(
    ['header:authorization', 'query:key', 'url', 'body', 'send-email.password'].map(placeInWords),
  ).toEqual([
    'the header authorization',
    'the query parameter key',
    'the URL',
    'the body',
    'the field password of send-email',
  ])
  expect([[], ['a.test'], ['a.test', 'b.test', 'c.test']].map((hosts) => hostsInWords({ hosts }))).toEqual([
    'Any public host',
    'a.test',
    'a.test, 2 more',
  ])
})

describe('a pasted text of hosts', () => {
  it.each([
    ['https://api.example.com/v1/x?y=1', 'api.example.com'],
    ['http://localhost:8080/health', 'http://localhost:8080'],
    ['https://user:pass@api.example.com/', 'api.example.com'],
    ['a.test https://b.test/x', 'a.test\nb.test'],
    ['api.example.com', undefined],
    ['https://api.example.com', undefined],
    ['not a url/', undefined],
  ])('%s', (text, hosts) => {
    expect(hostsOfPasted(text)).toBe(hosts)
  })
})
