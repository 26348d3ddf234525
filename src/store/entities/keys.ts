import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { workspaceKey } from './workspace.ts'

/** An X25519 key of a workspace. The newest that is not retired seals; retired ones still open. */
export const WorkspaceKey = defineEntity({
  name: 'WorkspaceKey',
  properties: {
    workspace: workspaceKey(),
    kid: p.text().primary(),
    publicJwk: p.json<Record<string, string>>(),
    /** General JWE (RFC 7516, 7.2.1) of the private key: a recipient for the root and each recovery certificate. */
    sealedPrivateKey: p.json<object>().lazy(),
    /** A worker's statement that this is the workspace's key: compact JWS. Null: nothing vouches for it (yet). */
    signature: p.text().nullable(),
    createdAt: p.datetime(),
    retiredAt: p.datetime().nullable(),
  },
})
export type WorkspaceKey = InferEntity<typeof WorkspaceKey>

/**
 * One ROOT is in force. While it is rotated there is, first, a NEXT_ROOT, which not every workspace key is sealed
 * for yet; then an OLD_ROOT, which workers may still hold and which still opens every workspace key.
 */
export const certificateKinds = ['ROOT', 'NEXT_ROOT', 'OLD_ROOT', 'RECOVERY'] as const

/** Those that are not retired are the recipients of every workspace key, new ones included. */
export const RootCertificate = defineEntity({
  name: 'RootCertificate',
  properties: {
    /** SHA-256 of the certificate's DER form, lower-case hex. */
    fingerprint: p.string().length(64).primary(),
    kind: p.enum(certificateKinds),
    pem: p.text(),
    createdAt: p.datetime(),
    retiredAt: p.datetime().nullable(),
  },
})
export type RootCertificate = InferEntity<typeof RootCertificate>

/**
 * The keys that vouch for others: mostly the root key itself. The one in force has signed `recipients` and is not
 * retired. Each column is written by whoever has the key that signs it; the text says who that is.
 */
export const Signer = defineEntity({
  name: 'Signer',
  properties: {
    /** As {@link RootCertificate}'s. */
    fingerprint: p.string().length(64).primary(),
    pem: p.text(),
    /** By which the signer before named this one. */
    endorsement: p.text().nullable(),
    /** By which this one named the signer before. */
    predecessor: p.text().nullable(),
    /** Whom workspace keys are sealed for; null until it is in force. */
    recipients: p.text().nullable(),
    createdAt: p.datetime(),
    retiredAt: p.datetime().nullable(),
  },
})
export type Signer = InferEntity<typeof Signer>
