/** A policy with every member. */
export const whole = {
  hosts: ['api.example.com', 'http://intern.example.com:8080'],
  methods: ['POST'],
  paths: ['/v1/'],
  places: ['header:authorization'],
}
/** A policy that allows everything. */
export const none = { hosts: [], methods: [], paths: [], places: [] }

const members = 'allowedHosts hosts methods paths places sealed'
export const readPolicy = `query ($workspace: ID!, $name: String!) {
  secretPolicy(workspace: $workspace, name: $name) { ${members} }
}`
export const setPolicy = `mutation ($input: SecretPolicyInput!) {
  setSecretPolicy(input: $input) {
    __typename
    ... on SetSecretPolicySuccess { policy { ${members} } }
    ... on Error { code message }
  }
}`
