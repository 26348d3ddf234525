import { expect } from 'vitest'
import { createRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import type { TestDatabase } from './database.ts'

/** The places where a value must not be found. */
export interface CanaryPlaces {
  database: TestDatabase
  /** Lines of the logs. */
  log: readonly string[]
  /** Whole HTTP answers, headers included. */
  responses: readonly string[]
  /** What processes told each other by way of the database. */
  notifications: readonly string[]
}

/**
 * Searches every row of every table, every log line, every HTTP answer and every notification for the values, all in one
 * pass and in every encoding that the redactor knows.
 */
export async function expectNoCanary(values: readonly string[], places: CanaryPlaces): Promise<void> {
  const redactor = createRedactor({ inPlace: true })
  // A canary that finds nothing must have looked for something.
  expect(values.length).toBeGreaterThan(0)
  for (const value of values) redactor.learn(['CANARY'], new Sensitive(value))
  const rows = await readAllRows(places.database)
  // And at something.
  expect(rows.length).toBeGreaterThan(0)
  // Many answers are the same.
  const texts = new Set([...rows, ...places.log, ...places.responses, ...places.notifications])
  expect([...texts].filter((text) => redactor.find(text).length > 0)).toEqual([])
}

async function readAllRows(database: TestDatabase): Promise<string[]> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => database.query<{ row: string }>(`select t::text as row from ${name} t`)),
  )
  return rows.flat().map(({ row }) => row)
}
