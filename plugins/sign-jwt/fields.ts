import { field, type Input } from '../../src/steps/index.ts'

/**
 * Only the key takes secrets. Everybody who gets the token can read its header and claims, which are not
 * encrypted.
 */
export const fields = {
  algorithm: field.choice({
    label: 'Algorithm',
    options: [
      ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
      ...(['ES256', 'ES384', 'EdDSA', 'HS256', 'HS384', 'HS512'] as const),
    ],
    default: 'RS256',
  }),
  key: field.multiline({
    label: 'Key',
    help: 'A private key as PEM, JWK, or the JSON of a service account. For HS256 and the like the shared secret itself, or a JWK of kind oct.',
    required: true,
    secrets: true,
    // Stops people from learning the value's length: with other text beside the value, they could try which key is
    // just long enough.
    alone: true,
  }),
  passphrase: field.text({
    label: 'Passphrase of the key',
    help: 'Only for a private key that is encrypted.',
    secrets: true,
    alone: true,
  }),
  allowShortKey: field.boolean({
    label: 'Allow a short shared secret',
    help: 'For a service that gave one under 32 bytes (48, 64 for HS384, HS512), against RFC 7518, section 3.2. Who sees a token can try to guess a short secret.',
    default: false,
    when: { field: 'algorithm', is: ['HS256', 'HS384', 'HS512'] },
  }),
  keyId: field.text({ label: 'Key ID', help: 'Tells the receiver which key has signed (kid).' }),
  issuer: field.text({ label: 'Issuer', help: 'Who signs (iss).' }),
  subject: field.text({ label: 'Subject', help: 'The person or thing that the token is about (sub).' }),
  audience: field.text({ label: 'Audience', help: 'The receiver that the token is for (aud).' }),
  claims: field.json({
    label: 'Further claims',
    help: 'JSON, such as { "scope": "read" }. Everybody who gets the token can read them.',
    default: {},
  }),
  expiresInSeconds: field.number({
    label: 'Valid for, in seconds',
    help: 'At most a day: each run signs its own token.',
    min: 1,
    max: 86_400,
    integer: true,
    default: 300,
  }),
}

export type SignJwtInput = Input<typeof fields>
