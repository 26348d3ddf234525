import { describe, expect, it } from 'vitest'
import { authorized } from '../../../web/src/editor/draft/authorization.ts'

const way = { secret: 'KEY', user: 'USER', name: 'X-API-Key' }

describe('a credential that is written into a step', () => {
  it.each([
    ['bearer', { headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' }] }],
    ['basic', { headers: [{ name: 'Authorization', value: '{{ secrets.USER | basic: secrets.KEY }}' }] }],
    ['header', { headers: [{ name: 'X-API-Key', value: '{{ secrets.KEY }}' }] }],
    ['query', { query: [{ name: 'X-API-Key', value: '{{ secrets.KEY }}' }] }],
    ['certificate', { clientCertificate: '{{ secrets.KEY }}' }],
  ] as const)('is a template, as %s', (kind, fields) => {
    expect(authorized({}, { ...way, way: kind })).toEqual(fields)
  })

  it('replaces a header in any spelling and an empty row, and keeps the others', () => {
    const headers = [
      { name: 'authorization', value: 'Bearer old' },
      { name: '', value: '' },
      { name: 'Accept', value: 'text/plain' },
    ]
    expect(authorized({ headers }, { ...way, way: 'bearer' })).toEqual({
      headers: [
        { name: 'Accept', value: 'text/plain' },
        { name: 'Authorization', value: 'Bearer {{ secrets.KEY }}' },
      ],
    })
  })

  it('replaces a query parameter of exactly this name alone', () => {
    const query = [
      { name: 'KEY', value: '1' },
      { name: 'key', value: '2' },
    ]
    expect(authorized({ query }, { ...way, way: 'query', name: 'key' })).toEqual({
      query: [
        { name: 'KEY', value: '1' },
        { name: 'key', value: '{{ secrets.KEY }}' },
      ],
    })
  })
})
