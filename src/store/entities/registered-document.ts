import { defineEntity, p } from '@mikro-orm/core'

/** A GraphQL document of an app that others wrote. Only SQL reads and writes it. */
export const RegisteredDocument = defineEntity({
  name: 'RegisteredDocument',
  properties: {
    /** The SHA-256 of the text in UTF-8, as 64 hexadecimal digits. */
    hash: p.string().length(64).primary(),
    /** The names of its operations. */
    name: p.text(),
    text: p.text(),
    createdAt: p.datetime(),
  },
})
