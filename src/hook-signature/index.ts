export { isSameToken, metaChallenge, slackChallenge } from './challenge.ts'
export { isSigned, mayBeSigned, type SignedRequest, signingAdvice } from './check.ts'
export { isWithheld } from './withheld.ts'
