import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'
import { TYPE_TEXTS, VALUE_TEXTS } from './description-texts.ts'
import { COMMON_TEXTS, FIELD_TEXTS } from './field-texts.ts'
import { sharedTexts } from './shared-texts.ts'

interface Described {
  name: string
  description?: string | null | undefined
}

/** Gives words to everything in the schema that was defined without. A test finds what has none even then. */
export function describeRest(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    type.description ??= TYPE_TEXTS[type.name] ?? resultText(type.name)
    if (isEnumType(type)) for (const it of type.getValues()) describe(it, `${type.name}.${it.name}`)
    if (isInputObjectType(type))
      for (const it of Object.values(type.getFields())) describe(it, `${type.name}.${it.name}`)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    const isError = isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Error')
    for (const field of Object.values(type.getFields())) {
      const path = `${isError ? 'Error' : type.name}.${field.name}`
      describe(field, path)
      for (const it of field.args) describe(it, `${path}(${it.name})`)
    }
  }
}

function describe(it: Described, path: string): void {
  it.description ??= sharedTexts.get(path) ?? FIELD_TEXTS[path] ?? VALUE_TEXTS[path] ?? COMMON_TEXTS[it.name]
}

function resultText(name: string): string | undefined {
  const [, start = '', rest = '', kind] = /^(.)(.*)(Result|Success)$/.exec(name) ?? []
  const mutation = `\`${start.toLowerCase()}${rest}\``
  if (kind === 'Result') return `What came of ${mutation}: what it did, or why it was refused.`
  return kind === 'Success' ? `What ${mutation} has done.` : undefined
}
