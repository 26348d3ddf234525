import type { SealingKey } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'

export function defineSealingKey(builder: Builder) {
  const KeySuccession = builder.objectRef<NonNullable<SealingKey['successions']>[number]>('KeySuccession')
  KeySuccession.implement({
    description: 'That a key which vouched for others named the one that came after it.',
    fields: (t) => ({
      certificate: t.exposeString('certificate', { description: 'Of the key that says so, PEM.' }),
      statement: t.exposeString('statement', {
        description: 'Compact JWS (PS256, `typ` lockstep-successor) over `fingerprint` and `iat`.',
      }),
    }),
  })
  return builder.objectRef<SealingKey>('SealingKey').implement({
    description: 'The public key that seals new values of a workspace (JWK, RFC 7517).',
    fields: (t) => ({
      kid: t.exposeID('kid'),
      jwk: t.field({ type: 'JSON', resolve: ({ jwk }) => jwk }),
      signature: t.string({
        nullable: true,
        description:
          'Compact JWS (PS256, `typ` lockstep-workspace-key) over `kid`, `ws`, `generation` and `iat`. Null: nothing ' +
          'vouches for the key (yet).',
        resolve: ({ signature }) => signature,
      }),
      rootCertificate: t.string({
        nullable: true,
        description: 'PEM of the certificate whose key signed. Clients pin its SHA-256 fingerprint.',
        resolve: ({ rootCertificate }) => rootCertificate,
      }),
      successions: t.field({
        type: [KeySuccession],
        description: 'Lead from a fingerprint that was pinned before a rotation to the one of today.',
        resolve: ({ successions = [] }) => [...successions],
      }),
    }),
  })
}
