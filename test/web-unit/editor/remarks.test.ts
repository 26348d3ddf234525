import { describe, expect, it } from 'vitest'
import { remarksOn } from '../../../web/src/editor/template/remarks.ts'

const KEY = `ghp_${'a1B2c3D4e5'.repeat(4)}`

describe('a URL', () => {
  it.each(['api.test/v1', 'ftp://api.test', 'https://', 'https:// a'])('%s is none yet', (text) => {
    expect(remarksOn(text, 'url')).toEqual([expect.stringContaining('no URL yet')])
  })
  it.each([
    '',
    'https://api.test/v1',
    'http://127.0.0.1:8080/{{ trigger.id }}?a={{ x',
    '{{ steps.a.output.url }}/b',
    'https://{{ steps.a.output.host }}/b',
  ])('%s is one, or may be one', (text) => expect(remarksOn(text, 'url')).toEqual([]))
})

describe('JSON', () => {
  it('with a mistake is none yet, which is said with nothing of the text', () => {
    const [remark, ...others] = remarksOn('{\n  "a": "canary",\n  b: 1 }', 'json')
    expect(remark).toContain('not JSON yet')
    expect(remark).not.toContain('canary')
    expect(others).toEqual([])
  })
  it.each(['{"a": {{ trigger.a }}, "b": "x {{ trigger.b }}"}', '[]', '{{ trigger }}', ''])(
    '%s is good',
    (text) => expect(remarksOn(text, 'json')).toEqual([]),
  )
})

describe('a key that is typed in', () => {
  it.each([
    ['alone', KEY, undefined],
    ['after a word', `Bearer ${KEY}`, undefined],
    ['in a URL', `https://api.test/?key=${KEY}&a=1`, 'url'],
    ['in JSON', `{"token": "${KEY}"}`, 'json'],
  ] as const)('is remarked on %s', (_where, text, form) => {
    const remarks = remarksOn(text, form)
    expect(remarks).toEqual([expect.stringContaining('a key of GitHub')])
    expect(remarks.join()).not.toContain(KEY)
  })
  it('is none where a secret is named', () => {
    expect(remarksOn('Bearer {{ secrets.GITHUB_TOKEN }}', undefined)).toEqual([])
  })
})
