import fc from 'fast-check'
import { expect, test } from 'vitest'
import { multipartBody } from '../../plugins/custom-http/multipart-body.ts'
import { Sensitive } from '../../src/steps/index.ts'

test('a standard parser reads back every value, whatever its content, and finds no extra part', async () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('--', '\r\n--', '\r\n\r\n', '\0', '"'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(value), async (values) => {
      const rows = values.map((it, index) => ({ name: `f${index}`, value: new Sensitive(it) }))
      const { content, contentType } = multipartBody(rows)
      fc.pre(rows.length > 0)
      const data = await new Response(content.reveal(), {
        headers: { 'content-type': contentType },
      }).formData()
      expect([...data]).toEqual(values.map((it, index) => [`f${index}`, it.toWellFormed()]))
    }),
  )
})

test('the content is Sensitive', () => {
  const { content } = multipartBody([{ name: 'a', value: new Sensitive('CANARY') }])
  expect(JSON.stringify(content)).toBe('"[secret]"')
})
