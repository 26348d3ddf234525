import { defineEntity, p } from '@mikro-orm/core'

/** A program without a browser that waits for a person to allow it (RFC 8628). Only SQL reads and writes it. */
export const DeviceRequest = defineEntity({
  name: 'DeviceRequest',
  properties: {
    id: p.text().primary(),
    client: p.text(),
    /** Of the code that the program shows when it asks. */
    codeHash: p.text(),
    /** Of the code that the person types. */
    userCodeHash: p.text().unique(),
    /** Who allowed or refused it; null: nobody yet. */
    userId: p.text().nullable(),
    /** Null: nobody has decided yet. */
    allowed: p.boolean().nullable(),
    address: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    /** How long the program has to wait between two questions, in seconds. */
    intervalSeconds: p.integer(),
    /** Before then the program asks too often. */
    nextAskAt: p.datetime(),
  },
})
