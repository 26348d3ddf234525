import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Sends a query with the session of the page's person, for what the test needs besides the pages. */
export async function graphql(page: Page, query: string, variables: object): Promise<unknown> {
  const response = await page
    .context()
    .request.post(`${new URL(page.url()).origin}/graphql`, { data: { query, variables } })
  const { data, errors } = await response.json()
  expect(errors).toBeUndefined()
  return data
}

export async function invite(page: Page, email: string): Promise<string> {
  const input = { workspace: 'acme-sohne', email, role: 'MEMBER' }
  const mutation = `mutation($input: InviteMemberInput!) {
    inviteMember(input: $input) { ... on InviteMemberSuccess { url } }
  }`
  const data = (await graphql(page, mutation, { input })) as { inviteMember: { url: string } }
  return data.inviteMember.url
}

export async function addAutomation(page: Page): Promise<void> {
  const fields = {
    method: 'GET',
    url: 'https://api.stripe.com/v1/charges',
    headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.STRIPE_API_KEY }}' }],
  }
  const steps = [{ key: 'charge', type: 'custom-http', fields }]
  const mutation = `mutation($input: AutomationInput!) {
    createAutomation(input: $input) { __typename ... on Error { message } }
  }`
  const input = { workspace: 'acme-sohne', name: 'Charge a customer', steps }
  expect(await graphql(page, mutation, { input })).toEqual({
    createAutomation: { __typename: 'CreateAutomationSuccess' },
  })
}
