import type { SealingKey } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { costs } from '../query-cost.ts'

export function defineSealingKey(builder: Builder) {
  const KeySuccession = builder.objectRef<NonNullable<SealingKey['successions']>[number]>('KeySuccession')
  KeySuccession.implement({
    description: 'The statement of a vouching key that names its successor.',
    fields: (t) => ({
      certificate: t.exposeString('certificate', {
        description: 'The certificate (PEM) of the key that makes the statement.',
      }),
      statement: t.exposeString('statement', {
        description: 'Compact JWS (PS256, `typ` lockstep-successor) over `fingerprint` and `iat`.',
      }),
    }),
  })
  const Jwk = builder.objectRef<SealingKey['jwk']>('Jwk').implement({
    description: 'A public key that agrees on secrets by X25519, as a JWK (RFC 8037, section 2).',
    fields: (t) => ({
      kty: t.exposeString('kty', { description: 'The type of the key: `OKP`.' }),
      crv: t.exposeString('crv', { description: 'The curve: `X25519`.' }),
      x: t.exposeString('x', { description: 'The public key in base64url.' }),
    }),
  })
  return builder.objectRef<SealingKey>('SealingKey').implement({
    description: 'The public key that seals new values of a workspace (JWK, RFC 7517).',
    fields: (t) => ({
      id: t.exposeID('kid', { description: 'The same as `kid`.' }),
      kid: t.exposeID('kid', {
        description: 'The thumbprint of the key (RFC 7638), for the header of a seal.',
      }),
      jwk: t.field({
        type: 'JSON',
        description:
          'The public key as a whole, as libraries import it. `publicKey` has the same with types.',
        resolve: ({ jwk }) => jwk,
      }),
      publicKey: t.field({ type: Jwk, description: 'The public key.', resolve: ({ jwk }) => jwk }),
      signature: t.string({
        nullable: true,
        description:
          'Compact JWS (PS256, `typ` lockstep-workspace-key) over `kid`, `ws`, `generation` and `iat`. Null: nothing ' +
          'vouches for the key (yet).',
        resolve: ({ signature }) => signature,
      }),
      rootCertificate: t.string({
        nullable: true,
        description: "PEM of the signer's certificate. Clients pin its SHA-256 fingerprint.",
        resolve: ({ rootCertificate }) => rootCertificate,
      }),
      successions: t.field({
        type: [KeySuccession],
        extensions: costs({ size: 5 }),
        description: 'The chain from a fingerprint that was pinned before a rotation to the current one.',
        resolve: ({ successions = [] }) => [...successions],
      }),
    }),
  })
}
