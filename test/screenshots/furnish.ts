import type { Page } from 'playwright-core'
import { graphql } from '../web/as-viewer.ts'

const secrets = [
  'github_token',
  'Open AI key',
  'sendgrid api key',
  'slack-bot-token',
  'Stripe API key',
  'warehouse db url',
]

/** The data of a small shop: secrets, automations and some runs. @param service an HTTP service that echoes. */
export async function furnish(page: Page, service: string): Promise<{ automation: string; run: string }> {
  for (const name of secrets) {
    const input = { workspace: 'acme', name, value: `an example of a value: ${name}` }
    await graphql(page, 'mutation($input: SecretInput!) { createSecret(input: $input) { __typename } }', {
      input,
    })
  }
  const charge = await addAutomation(page, 'Charge a customer', chargeSteps(service))
  const digest = await addAutomation(page, 'Daily digest to Slack', [
    {
      key: 'summary',
      type: 'set-values',
      fields: { values: { orders: '{{ trigger.orders | default: 12 }}' } },
    },
  ])
  const sync = await addAutomation(page, 'Sync orders to the warehouse', [
    { key: 'ask', type: 'custom-http', fields: { url: `${service}/{{ trigger.id }}` } },
  ])
  for (let index = 0; index < 14; index++) await start(page, digest, { orders: index })
  for (let index = 0; index < 9; index++) await start(page, sync, index % 4 === 3 ? {} : { id: index })
  let run = ''
  for (let index = 0; index < 6; index++) run = await start(page, charge, order)
  await ended(page, run)
  return { automation: charge, run }
}

const order = { body: { customer: 'cus_4711', amount: 4900, currency: 'eur' } }

function chargeSteps(service: string): object[] {
  return [
    {
      key: 'charge',
      type: 'custom-http',
      fields: {
        method: 'POST',
        url: `${service}/v1/charges`,
        headers: [
          { name: 'Authorization', value: 'Bearer {{ secrets.STRIPE_API_KEY }}' },
          { name: 'Idempotency-Key', value: '{{ trigger.body.customer }}' },
        ],
        bodyKind: 'json',
        body: { amount: '{{ trigger.body.amount }}', currency: '{{ trigger.body.currency }}' },
      },
    },
    { key: 'settle', type: 'wait', fields: { seconds: 1 } },
    {
      key: 'tell',
      type: 'custom-http',
      fields: {
        method: 'POST',
        url: `${service}/api/chat.postMessage`,
        headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.SLACK_BOT_TOKEN }}' }],
        bodyKind: 'json',
        body: { text: 'Charged {{ trigger.body.customer }}' },
      },
    },
  ]
}

async function addAutomation(page: Page, name: string, steps: object[]): Promise<string> {
  const query = `mutation($input: AutomationInput!) {
    createAutomation(input: $input) { ... on CreateAutomationSuccess { automation { id } } }
  }`
  const data = await graphql(page, query, { input: { workspace: 'acme', name, steps } })
  return (data as { createAutomation: { automation: { id: string } } }).createAutomation.automation.id
}

async function start(page: Page, automation: string, input: unknown): Promise<string> {
  const query = `mutation($input: RunAutomationInput!) {
    runAutomation(input: $input) { ... on RunAutomationSuccess { run { id } } }
  }`
  const data = await graphql(page, query, { input: { automation, input } })
  return (data as { runAutomation: { run: { id: string } } }).runAutomation.run.id
}

async function ended(page: Page, id: string): Promise<void> {
  for (;;) {
    const data = await graphql(page, 'query($id: ID!) { run(id: $id) { finishedAt } }', { id })
    if ((data as { run: { finishedAt: string | null } }).run.finishedAt) return
    await page.waitForTimeout(200)
  }
}
