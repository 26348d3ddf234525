import { defineEntity, p } from '@mikro-orm/core'

/** What a person allowed an app of another origin to do in their name. Only SQL reads and writes it. */
export const AppGrant = defineEntity({
  name: 'AppGrant',
  properties: {
    id: p.text().primary(),
    userId: p.text().index(),
    /** The id of the app, as the settings have it. */
    client: p.text(),
    redirectUri: p.text(),
    codeChallenge: p.text(),
    codeHash: p.text(),
    codeExpiresAt: p.datetime(),
    /** Null: the code was not exchanged yet. */
    redeemedAt: p.datetime().nullable(),
    /** Of the part that all refresh tokens of the grant have. Who shows it with another rest shows a spent one. */
    familyHash: p.text().nullable(),
    refreshHash: p.text().nullable(),
    accessHash: p.text().nullable(),
    accessExpiresAt: p.datetime().nullable(),
    address: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime(),
    usedAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})
