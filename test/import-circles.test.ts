import { expect, test } from 'vitest'
import { circlesIn, importsOf, sourcesIn } from './support/imports.ts'

test('no file imports itself by way of others, not even as a type', () => {
  const files = ['src', 'plugins', 'web/src'].flatMap(sourcesIn)
  expect(files.length).toBeGreaterThan(400)
  expect(circlesIn(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([])
})

test('a circle is found wherever it begins', () => {
  const imports = new Map([
    ['main', ['page', 'row']],
    ['page', ['row', 'heading']],
    ['row', ['button']],
    ['button', ['page']],
    ['heading', []],
  ])
  expect(circlesIn(imports)).toEqual([['page', 'row', 'button', 'page']])
  expect(circlesIn(new Map([['itself', ['itself']]]))).toEqual([['itself', 'itself']])
})
