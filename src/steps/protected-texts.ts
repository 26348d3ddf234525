import { Sensitive } from '../sensitive.ts'
import type { JsonSchema } from './define-step.ts'

const marks = new WeakMap<JsonSchema, boolean>()

/** Whether a schema marks anything as `protected: true`. It is asked at every step, and schemas do not change. */
export function marksProtected(schema: JsonSchema): boolean {
  const known = marks.get(schema)
  if (known !== undefined) return known
  const found = schema['protected'] === true || childrenOf(schema).some(marksProtected)
  marks.set(schema, found)
  return found
}

function childrenOf({ properties, items }: JsonSchema): JsonSchema[] {
  return [items, ...Object.values(isSchema(properties) ? properties : {})].filter(isSchema)
}

/** All texts and numbers of an output at the places that its schema marks as `protected: true`. */
export function protectedTexts(schema: JsonSchema, output: unknown): string[] {
  if (!marksProtected(schema)) return []
  if (schema['protected'] === true) return textsOf(output)
  if (typeof output !== 'object' || output === null) return []
  const { items, properties } = schema
  if (Array.isArray(output)) {
    return isSchema(items) ? output.flatMap((it) => protectedTexts(items, it)) : []
  }
  return Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, property]) =>
    isSchema(property) && Object.hasOwn(output, name)
      ? protectedTexts(property, (output as Record<string, unknown>)[name])
      : [],
  )
}

/** The texts and numbers in a value, those in its keys left out. */
export function textsOf(value: unknown): string[] {
  if (value instanceof Sensitive) return [value.reveal()]
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
