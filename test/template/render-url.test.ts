import fc from 'fast-check'
import { expect, test } from 'vitest'
import { render } from '../../src/template/index.ts'
import { exampleScope } from './scope.ts'

const renderUrl = (source: string, trigger: unknown = exampleScope().trigger) =>
  render(source, 'url', { ...exampleScope(), trigger }).text

test.each([
  ['https://h.example/', 'https://h.example/'],
  ['  https://h.example/a b\n', 'https://h.example/a b'],
  ['HTTPS://h.example', 'HTTPS://h.example'],
  ['https://h.example/{{ trigger.body.items[0].id }}/x', 'https://h.example/7/x'],
  ['https://h.example/{{ trigger.body.text }}', 'https://h.example/a%20b/c%3Fd%23e&f=g%25'],
  ['https://h.example/{{ trigger.body.quote }}', 'https://h.example/say%20%22hi%22%0A%5C'],
  ['https://h.example/{{ trigger.body.unicode }}', 'https://h.example/%C3%A9%E2%82%AC%F0%9F%98%80'],
  ['https://h.example/{{ trigger.body.text | urlencode }}', 'https://h.example/a%20b%2Fc%3Fd%23e%26f%3Dg%25'],
  ['https://h.example/{{ trigger.body.text | raw }}', 'https://h.example/a b/c?d#e&f=g%'],
  ['https://h.example/{{ trigger.body.empty }}/x', 'https://h.example//x'],
  ['https://h.example/?q={{ trigger.body.text }}', 'https://h.example/?q=a%20b%2Fc%3Fd%23e%26f%3Dg%25'],
  ['https://h.example?q={{ trigger.body.text }}', 'https://h.example?q=a%20b%2Fc%3Fd%23e%26f%3Dg%25'],
  [
    'https://h.example/?q={{ trigger.body.text | urlencode }}',
    'https://h.example/?q=a%20b%2Fc%3Fd%23e%26f%3Dg%25',
  ],
  ['https://h.example/?{{ trigger.body.text | raw }}', 'https://h.example/?a b/c?d#e&f=g%'],
  ['https://h.example/?q={{ trigger.body.nothing }}&n={{ trigger.body.zero }}', 'https://h.example/?q=&n=0'],
  ['https://h.example/?q={{ trigger.body.items[1] }}', 'https://h.example/?q=%7B%22id%22%3A8%7D'],
  ['https://h.example/?q=../{{ trigger.x | default: ".." }}', 'https://h.example/?q=../..'],
  ['https://h.example/#{{ trigger.body.text }}', 'https://h.example/#a%20b%2Fc%3Fd%23e%26f%3Dg%25'],
  ['{{ secrets.BASE }}', 'https://api.example.com/v1'],
  [
    '{{ secrets.BASE }}/users/{{ trigger.body.text }}',
    'https://api.example.com/v1/users/a%20b/c%3Fd%23e&f=g%25',
  ],
  [
    '{{ secrets.BASE }}?q={{ trigger.body.text }}',
    'https://api.example.com/v1?q=a%20b%2Fc%3Fd%23e%26f%3Dg%25',
  ],
  ['{{ trigger.x | default: " https://h.example\\n" }}/a', 'https://h.example/a'],
  ['{{ trigger.x | default: "http" }}://h.example/', 'http://h.example/'],
  ['http{{ trigger.x | default: "s" }}://h.example/', 'https://h.example/'],
  ['https://{{ secrets.USER }}.example.com/', 'https://alice.example.com/'],
  ['https://{{ trigger.x | default: "localhost:8080" }}/', 'https://localhost:8080/'],
  ['https://{{ trigger.x | default: "[::1]" }}:{{ trigger.body.items[0].id }}/', 'https://[::1]:7/'],
  [
    'https://{{ secrets.USER }}:{{ secrets.PASSWORD }}@h.example/',
    'https://alice:p%40ss%3Aw%2Frd%3F%23%26%3D%25@h.example/',
  ],
  ['https://h.example/a/../{{ secrets.USER }}/../b', 'https://h.example/a/../alice/../b'],
  ['https://h.example/{{ trigger.x | default: "..." }}', 'https://h.example/...'],
  ['https://h.example/{{ trigger.x | default: "../a" | raw }}', 'https://h.example/../a'],
  ['https://h.example/.{{ trigger.x | default: "env" }}', 'https://h.example/.env'],
  [
    'https://{{ trigger.x | default: "h.example/p?q=" | raw }}{{ trigger.body.text }}',
    'https://h.example/p?q=a%20b%2Fc%3Fd%23e%26f%3Dg%25',
  ],
])('%j becomes %j', (source, expected) => {
  expect(renderUrl(source)).toBe(expected)
})

test.each([
  ['', 'an empty URL'],
  ['h.example/', 'no scheme'],
  ['//h.example/', 'no scheme'],
  ['/path', 'no host'],
  ['ftp://h.example/', 'another scheme'],
  ['javascript:alert(1)', 'another scheme'],
  ['file:///etc/passwd', 'another scheme'],
  ['https:h.example', 'a URL that only a browser completes'],
  ['https:/h.example', 'a URL that only a browser completes'],
  ['https://', 'no host'],
  ['https:///h.example/', 'surplus slashes, after which a path would be the host'],
  ['https:\\\\h.example', 'backslashes'],
  ['https://h.example:99999/', 'an impossible port'],
  ['https://h.ex\nample/', 'a line break'],
  ['https://h.example/a\tb', 'a tab'],
  ['https://{{ trigger.empty }}/evil.test/', 'an empty host'],
  ['https://{{ trigger.slash }}.h.example/', 'a slash in the host'],
  ['https://{{ trigger.backslash }}.h.example/', 'a backslash in the host'],
  ['https://{{ trigger.query }}.h.example/', 'a question mark in the host'],
  ['https://{{ trigger.hash }}.h.example/', 'a hash in the host'],
  ['https://{{ trigger.at }}/', 'user info in the host'],
  ['https://h.example{{ trigger.at }}/', 'a written host that would become user info'],
  ['https://h.example{{ trigger.slash }}', 'a slash after the written host'],
  ['https://{{ trigger.port }}.h.example/', 'a port inside the host'],
  ['https://{{ trigger.space }}.h.example/', 'a space in the host'],
  ['https://{{ trigger.tab }}.h.example/', 'a tab in the host'],
  ['https://{{ trigger.wide }}.h.example/', 'a wide slash in the host'],
  ['https://{{ trigger.percent }}.h.example/', 'an encoded slash in the host'],
  ['https://{{ trigger.soft }}/evil.test', 'a host of invisible characters'],
  ['{{ trigger.scheme }}://h.example/', 'a host in place of the scheme'],
  ['  {{ trigger.scheme }}://h.example/', 'a host in place of the scheme'],
  ['h{{ trigger.scheme }}ttps://h.example/', 'a host in the middle of the scheme'],
  ['{{ trigger.script }}', 'another scheme in a value'],
  ['{{ trigger.lines }}', 'a line break in the base'],
  ['https://h.example/{{ trigger.lines | raw }}', 'a line break in a raw value'],
  ['https://h.example/{{ trigger.up }}', 'a value that leads out of its path'],
  ['https://h.example/{{ trigger.up }}?q=1', 'a value that leads out of its path'],
  ['https://h.example/{{ trigger.up | urlencode }}', 'a value that leads out of its path'],
  ['https://h.example/a/{{ trigger.inside }}/b', 'a value that leads out of its path in the middle'],
  ['https://h.example/{{ trigger.dot }}/b', 'a value that is a dot segment'],
  ['https://h.example/.{{ trigger.dot }}/b', 'a value that completes a dot segment'],
  ['https://h.example/{{ trigger.dot }}%2E/b', 'a value that completes an encoded dot segment'],
  ['https://h.example/{{ trigger.dot }}{{ trigger.dot }}', 'two values that make a dot segment'],
  ['https://h.example\\{{ trigger.dot }}\\', 'a dot segment between backslashes'],
])('%j is refused: %s', (source) => {
  const trigger = {
    empty: '',
    slash: 'evil.test/',
    backslash: 'evil.test\\',
    query: 'evil.test?',
    hash: 'evil.test#',
    at: '@evil.test',
    port: 'evil.test:80',
    space: 'evil.test ',
    tab: 'evil\t',
    wide: 'evil.test／',
    percent: 'evil.test%2f',
    soft: '\u00ad',
    scheme: 'https://evil.test/?',
    script: 'javascript:evil.test',
    lines: 'https://evil.test/\na',
    up: '..',
    inside: 'x/../../evil.test',
    dot: '.',
  }
  expect(() => renderUrl(source, trigger)).toThrow(
    expect.objectContaining({ code: 'INVALID_FIELD', message: expect.not.stringContaining('evil') }),
  )
})

// Random text, and text assembled from parts of URLs, which random text rarely contains.
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '/',
        '\\',
        '?',
        '#',
        '@',
        ':',
        '.',
        '..',
        '%2e',
        '%2F',
        '&',
        '=',
        ' ',
        '\t',
        '\n',
        '／',
        'a',
        '\u00ad',
      ),
    )
    .map((pieces) => pieces.join('')),
)

/** The rendered URL, or undefined where the value was refused. */
function tryUrl(source: string, v: string): URL | undefined {
  try {
    return new URL(renderUrl(source, { v }))
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_FIELD' })
    return undefined
  }
}

test('a value in the path changes neither host nor query nor the path around it', () => {
  fc.assert(
    fc.property(hostile, (v) => {
      const url = tryUrl('https://h.example/before/{{ trigger.v }}/after?q=1#f', v)
      if (url === undefined) return
      expect([url.origin, url.username, url.search, url.hash]).toEqual([
        'https://h.example',
        '',
        '?q=1',
        '#f',
      ])
      expect(url.pathname.startsWith('/before/') && url.pathname.endsWith('/after')).toBe(true)
      expect(decodeURIComponent(url.pathname)).toBe(`/before/${v.toWellFormed()}/after`)
    }),
    { numRuns: 1000 },
  )
})

test('a value in the query is never refused and arrives as one parameter, whatever it contains', () => {
  fc.assert(
    fc.property(hostile, (v) => {
      const url = new URL(renderUrl('https://h.example/p?a={{ trigger.v }}&b=1', { v }))
      expect([url.origin, url.pathname, url.hash]).toEqual(['https://h.example', '/p', ''])
      expect([...url.searchParams]).toEqual([
        ['a', v.toWellFormed()],
        ['b', '1'],
      ])
    }),
    { numRuns: 1000 },
  )
})

test('a value in the user info does not change the host', () => {
  fc.assert(
    fc.property(hostile, (v) => {
      expect(
        tryUrl('https://{{ trigger.v }}:x{{ trigger.v }}@h.example/p', v)?.href.endsWith('@h.example/p'),
      ).toBe(true)
    }),
  )
})

test('a value before the end of the host cannot cut that end off', () => {
  fc.assert(
    fc.property(hostile, (v) => {
      const url = tryUrl('https://{{ trigger.v }}.h.example/p', v)
      if (url === undefined) return
      expect(url.hostname.endsWith('.h.example')).toBe(true)
      expect([url.pathname, url.username, url.password, url.search]).toEqual(['/p', '', '', ''])
    }),
    { numRuns: 1000 },
  )
})

test('a value in the scheme is http or https, and does not change the host', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.constantFrom('http', 'HTTPS', 'ftp', 'https://evil.test/')), (v) => {
      const url = tryUrl('{{ trigger.v }}://h.example/', v)
      expect(url === undefined || /^https?:\/\/h\.example\/$/.test(url.href)).toBe(true)
    }),
  )
})

test.each([
  ['https://{{ trigger.host }}', 'https://api.example'],
  ['https://{{ trigger.host }}:{{ trigger.port }}/a', 'https://api.example:8443/a'],
  ['https://h.example:{{ trigger.port }}', 'https://h.example:8443'],
  ['https://[::1]:{{ trigger.port }}/', 'https://[::1]:8443/'],
  ['https://{{ trigger.label }}.h.example/a', 'https://eu-1.h.example/a'],
  ['https://{{ trigger.label }}.{{ trigger.label }}.h.example', 'https://eu-1.eu-1.h.example'],
  ['https://s3-{{ trigger.label }}.h.example?a', 'https://s3-eu-1.h.example?a'],
  ['https://{{ trigger.label }}-api.h.example#a', 'https://eu-1-api.h.example#a'],
  ['https://h.example/{{ trigger.label }}', 'https://h.example/eu-1'],
  ['https://h.example?{{ trigger.label }}', 'https://h.example?eu-1'],
  ['{{ trigger.base }}/{{ trigger.label }}', 'https://h.example/eu-1'],
  ['{{ trigger.base }}/v1{{ trigger.label }}', 'https://h.example/v1eu-1'],
])('%j is %j: a value may be a whole host, a port, or a label before the written domain', (source, url) => {
  const trigger = { host: 'api.example', port: 8443, label: 'eu-1', base: 'https://h.example' }
  expect(renderUrl(source, trigger)).toBe(url)
})

const glued = [
  'https://h.example{{ trigger.v }}',
  'https://h.example{{ trigger.v | raw }}',
  'https://h.example{{ trigger.v }}/a',
  'https://h.{{ trigger.v }}',
  'https://{{ trigger.v }}h.example',
  'https://{{ trigger.v }}-h.example/',
  'https://{{ trigger.v }}.h.example{{ trigger.v }}',
  'https://h.example:8{{ trigger.v }}/',
  'https://user@h.example{{ trigger.v }}',
  'http{{ trigger.s }}://h.example{{ trigger.v }}',
]

test.each([...glued, '{{ trigger.base }}{{ trigger.v }}', '{{ trigger.base }}.h{{ trigger.v }}/'])(
  'any value beside a part of the host is refused: %s',
  (source) => {
    for (const v of ['/v1', '1', '']) {
      const trigger = { v, s: 's', base: 'https://h.example' }
      expect(() => renderUrl(source, trigger)).toThrow(
        expect.objectContaining({
          code: 'INVALID_FIELD',
          message: expect.stringContaining('Put a / between'),
        }),
      )
    }
  },
)

test.each(['evil.test', 'a.b', '', 'a b', 'a:1', '\u3002', 'a\uff0eb'])(
  'a value before the written domain is one label of it: %j is refused',
  (v) => {
    expect(() => renderUrl('https://{{ trigger.v }}.h.example/', { v })).toThrow(/host of the URL/)
  },
)

test.each(['', 'x', '123456', '80/a', '80@evil.test'])('the port is a number: %j is refused', (v) => {
  expect(() => renderUrl('https://h.example:{{ trigger.v }}/', { v })).toThrow(/host of the URL/)
})
