/** The typed documents of the API, and sealing in browsers and in Node. */

export { AppError } from '../../../src/errors.ts'
export type { Policy } from '../../../src/secret/policy.ts'
export type { SealingKey } from '../../../src/vault/vouched-key.ts'
export * from './gql/graphql.ts'
export { type Refusal, refusalOf } from './refusal.ts'
export { type Execute, type RootKeyTrust, type SealedSecret, sealSecret } from './seal-secret.ts'
