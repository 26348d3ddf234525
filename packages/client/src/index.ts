/** The typed documents of the API, sealing in browsers and in Node, and sign-in of apps on another origin. */

export { AppError } from '../../../src/errors.ts'
export type { Policy } from '../../../src/secret/policy.ts'
export type { SealingKey } from '../../../src/vault/vouched-key.ts'
export { type AppSettings, type AppSignIn, createAppSignIn } from './app-sign-in.ts'
export { cacheOptions } from './cache-options.ts'
export * from './gql/graphql.ts'
export { type Refusal, refusalOf } from './refusal.ts'
export { type Execute, type RootKeyTrust, type SealedSecret, sealSecret } from './seal-secret.ts'
