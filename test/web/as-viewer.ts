import type { APIRequestContext, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Sends a query besides the pages, with the session of a page's person or of a caller. */
export async function graphql(
  by: Page | APIRequestContext,
  query: string,
  variables: object,
): Promise<unknown> {
  const request = 'context' in by ? by.context().request : by
  const response = await request.post('/graphql', { data: { query, variables } })
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
