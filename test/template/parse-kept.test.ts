import { expect, test } from 'vitest'
import { parse } from '../../src/template/index.ts'

const template = (number: number): string => `text ${number} {{ trigger.body }}`

test('a template that was read lately is not read again', () => {
  expect(parse(template(1))).toBe(parse(template(1)))
})

test('so many others make it forgotten, and one that is asked for again stays', () => {
  const [old, used] = [parse(template(2)), parse(template(3))]
  for (let number = 100; number < 1200; number++) {
    parse(template(number))
    parse(template(3))
  }
  expect(parse(template(3))).toBe(used)
  expect(parse(template(2))).not.toBe(old)
  expect(parse(template(2))).toEqual(old)
})

test('a long template is read each time', () => {
  const long = `${'x'.repeat(5000)}{{ trigger }}`
  expect(parse(long)).not.toBe(parse(long))
})

test('a broken template is refused each time', () => {
  for (let count = 0; count < 2; count++) expect(() => parse('{{ nothing')).toThrow(/A path begins with/)
})
