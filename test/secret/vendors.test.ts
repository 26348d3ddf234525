import { describe, expect, test } from 'vitest'
import { normalizeHostPattern } from '../../src/host-pattern.ts'
import { vendorOf } from '../../src/secret/vendors.ts'

const hex = (length: number) => '0a1b2c3d4e5f6789'.repeat(16).slice(0, length)
const letters = (length: number) => 'Ab0Cd1Ef2Gh3Ij4K'.repeat(16).slice(0, length)
const capitals = (length: number) => 'ABCDEFG2345'.repeat(16).slice(0, length)
const uuid = '0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f'
const bearer = ['header:authorization']

// The values are assembled here, so that no scanner reports them as leaked keys.
const known: readonly [name: string, value: string, hosts: readonly string[], places: readonly string[]][] = [
  ['Airtable', `pat${letters(14)}.${hex(64)}`, ['api.airtable.com'], bearer],
  ['Anthropic', `sk-ant-api03-${letters(93)}AA`, ['api.anthropic.com'], ['header:x-api-key']],
  ['Asana', `1/1199000000000000:${hex(32)}`, ['app.asana.com'], bearer],
  ['Asana', `2/1199000000000000/1200000000000000:${hex(32)}`, ['app.asana.com'], bearer],
  ['Brevo', `xkeysib-${hex(64)}-${letters(16)}`, ['api.brevo.com'], ['header:api-key']],
  ['Buildkite', `bkua_${hex(40)}`, ['api.buildkite.com'], bearer],
  ['CircleCI', `CCIPAT_${letters(22)}_${hex(40)}`, ['circleci.com'], ['header:circle-token']],
  ['ClickUp', `pk_1234567_${capitals(32)}`, ['api.clickup.com'], bearer],
  ['Contentful', `CFPAT-${letters(43)}`, ['api.contentful.com'], bearer],
  ['DigitalOcean', `dop_v1_${hex(64)}`, ['api.digitalocean.com'], bearer],
  ['Discord', `M${letters(25)}.${letters(6)}.${letters(38)}`, ['discord.com'], bearer],
  ['Discord', `https://discord.com/api/webhooks/123456789012345678/${letters(68)}`, ['discord.com'], ['url']],
  ['Doppler', `dp.pt.${letters(43)}`, ['api.doppler.com'], bearer],
  ['Doppler', `dp.st.dev.${letters(43)}`, ['api.doppler.com'], bearer],
  ['Dropbox', `sl.u.${letters(130)}`, ['api.dropboxapi.com', 'content.dropboxapi.com'], bearer],
  ['EasyPost', `EZAK${letters(54)}`, ['api.easypost.com'], bearer],
  ['Facebook', `EAAG${letters(180)}`, ['graph.facebook.com'], bearer],
  ['Figma', `figd_${letters(40)}`, ['api.figma.com'], ['header:x-figma-token']],
  ['Flutterwave', `FLWSECK_TEST-${letters(32)}-X`, ['api.flutterwave.com'], bearer],
  ['GitHub', `ghp_${letters(36)}`, ['api.github.com'], bearer],
  ['GitHub', `ghs_${letters(36)}`, ['api.github.com'], bearer],
  ['GitHub', `github_pat_${letters(22)}_${letters(59)}`, ['api.github.com'], bearer],
  ['GitLab', `glpat-${letters(20)}`, ['gitlab.com'], [...bearer, 'header:private-token']],
  ['Google', `GOCSPX-${letters(28)}`, ['oauth2.googleapis.com'], ['body']],
  ['Groq', `gsk_${letters(52)}`, ['api.groq.com'], bearer],
  ['Heroku', `HRKU-${uuid}`, ['api.heroku.com'], bearer],
  ['HubSpot', `pat-na1-${uuid}`, ['api.hubapi.com'], bearer],
  ['Hugging Face', `hf_${letters(34)}`, ['huggingface.co', 'router.huggingface.co'], bearer],
  ['Intercom', `${btoa(`tok:${uuid}`)}`, ['api.intercom.io'], bearer],
  ['Klaviyo', `pk_${hex(34)}`, ['a.klaviyo.com'], bearer],
  ['Linear', `lin_api_${letters(40)}`, ['api.linear.app'], bearer],
  ['Mailgun', `key-${hex(32)}`, ['api.mailgun.net', 'api.eu.mailgun.net'], bearer],
  [
    'Mapbox',
    `sk.${btoa('{"u":"acme","a":"b"}').replaceAll('=', '')}.${letters(22)}`,
    ['api.mapbox.com'],
    ['query:access_token'],
  ],
  ['Neon', `napi_${hex(64)}`, ['console.neon.tech'], bearer],
  ['Netlify', `nfp_${letters(36)}`, ['api.netlify.com'], bearer],
  ['New Relic', `NRAK-${capitals(27)}`, ['api.newrelic.com', 'api.eu.newrelic.com'], ['header:api-key']],
  ['Notion', `secret_${letters(43)}`, ['api.notion.com'], bearer],
  ['Notion', `ntn_${letters(46)}`, ['api.notion.com'], bearer],
  ['npm', `npm_${letters(36)}`, ['registry.npmjs.org'], bearer],
  ['OpenAI', `sk-proj-${letters(48)}`, ['api.openai.com'], bearer],
  ['OpenAI', `sk-${letters(20)}T3BlbkFJ${letters(20)}`, ['api.openai.com'], bearer],
  ['OpenRouter', `sk-or-v1-${hex(64)}`, ['openrouter.ai'], bearer],
  ['Paystack', `sk_live_${hex(40)}`, ['api.paystack.co'], bearer],
  ['Perplexity', `pplx-${letters(48)}`, ['api.perplexity.ai'], bearer],
  ['PlanetScale', `pscale_tkn_${letters(43)}`, ['api.planetscale.com'], bearer],
  ['Postman', `PMAK-${hex(24)}-${hex(34)}`, ['api.getpostman.com'], ['header:x-api-key']],
  ['Pulumi', `pul-${hex(40)}`, ['api.pulumi.com'], bearer],
  ['PyPI', `pypi-AgE${letters(100)}`, ['upload.pypi.org'], bearer],
  ['Razorpay', `rzp_live_${letters(14)}`, ['api.razorpay.com'], bearer],
  ['Render', `rnd_${letters(28)}`, ['api.render.com'], bearer],
  ['Replicate', `r8_${letters(37)}`, ['api.replicate.com'], bearer],
  ['Resend', `re_${letters(8)}_${letters(24)}`, ['api.resend.com'], bearer],
  ['RubyGems', `rubygems_${hex(48)}`, ['rubygems.org'], bearer],
  ['SendGrid', `SG.${letters(22)}.${letters(43)}`, ['api.sendgrid.com'], bearer],
  ['Sentry', `sntrys_eyJ${letters(80)}_${letters(43)}`, ['sentry.io'], bearer],
  ['Shippo', `shippo_live_${hex(40)}`, ['api.goshippo.com'], bearer],
  ['Slack', `xoxb-123456789012-1234567890123-${letters(24)}`, ['slack.com'], bearer],
  [
    'Slack',
    `https://hooks.slack.com/services/T${capitals(8)}/B${capitals(8)}/${letters(24)}`,
    ['hooks.slack.com'],
    ['url'],
  ],
  ['Square', `sq0atp-${letters(22)}`, ['connect.squareup.com'], bearer],
  ['Square', `EAAA${letters(60)}`, ['connect.squareup.com'], bearer],
  ['Stripe', `sk_live_${letters(24)}`, ['api.stripe.com'], bearer],
  ['Stripe', `rk_test_51${letters(97)}`, ['api.stripe.com'], bearer],
  ['Supabase', `sbp_${hex(40)}`, ['api.supabase.com'], bearer],
  ['Tailscale', `tskey-api-${letters(30)}`, ['api.tailscale.com'], bearer],
  ['Telegram', `123456789:AA${letters(33)}`, ['api.telegram.org'], ['url']],
  ['Terraform', `${letters(14)}.atlasv1.${letters(67)}`, ['app.terraform.io'], bearer],
  ['Twilio', `SK${hex(32)}`, ['api.twilio.com'], bearer],
  ['Typeform', `tfp_${letters(44)}`, ['api.typeform.com'], bearer],
  ['xAI', `xai-${letters(80)}`, ['api.x.ai'], bearer],
  ['Zapier', 'https://hooks.zapier.com/hooks/catch/123456/abcdef/', ['hooks.zapier.com'], ['url']],
]

describe('the vendor of a value is recognised', () => {
  test.each(known)('%s: %s', (name, value, hosts, places) => {
    expect(vendorOf(value)).toEqual({ name, hosts, places })
    // With a line break, as pasted.
    expect(vendorOf(`${value}\n`)?.name).toBe(name)
  })

  test.each(known)('%s is not recognised by a prefix, nor inside a longer text: %s', (_name, value) => {
    for (const near of [value.slice(0, 8), `x ${value}`, `${value} y`, `${value}!`, `KEY=${value}`]) {
      expect([near, vendorOf(near)]).toEqual([near, undefined])
    }
  })

  test('a Google service account is recognised by its JSON', () => {
    const file = { type: 'service_account', project_id: 'acme', private_key: `-----BEGIN\n${letters(200)}` }
    const google = { name: 'Google', hosts: ['oauth2.googleapis.com'], places: [] }
    expect(vendorOf(JSON.stringify(file, undefined, 2))).toEqual(google)
    expect(
      vendorOf(JSON.stringify({ ...file, type: 'authorized_user', of: 'service_account' })),
    ).toBeUndefined()
    expect(vendorOf(`${JSON.stringify(file)},`)).toBeUndefined()
    expect(vendorOf('["service_account"]')).toBeUndefined()
  })
})

test.each([
  ['Atlassian', `ATATT3${letters(180)}=0A1B2C3D`, 'your-site.atlassian.net', bearer],
  ['AWS', `AKIA${capitals(16)}`, 's3.eu-central-1.amazonaws.com', bearer],
  ['Databricks', `dapi${hex(32)}-2`, 'dbc-a1b2c3d4-e5f6.cloud.databricks.com', bearer],
  ['Dynatrace', `dt0c01.${capitals(24)}.${capitals(64)}`, 'abc12345.live.dynatrace.com', bearer],
  ['Google', `AIza${letters(35)}`, 'maps.googleapis.com', ['query:key', 'header:x-goog-api-key']],
  ['Grafana', `glsa_${letters(32)}_${hex(8)}`, 'your-stack.grafana.net', bearer],
  ['HashiCorp Vault', `hvs.${letters(24)}`, 'vault.example.com', ['header:x-vault-token']],
  ['Mailchimp', `${hex(32)}-us21`, 'us1.api.mailchimp.com', bearer],
  ['Shopify', `shpat_${hex(32)}`, 'your-shop.myshopify.com', ['header:x-shopify-access-token']],
  ['Supabase', `sb_secret_${letters(31)}`, 'your-project.supabase.co', ['header:apikey']],
])(
  'a value of %s, whose customers have their own hosts, gets an example and no host',
  (name, value, example, places) => {
    expect(vendorOf(value)).toEqual({ name, hosts: [], places, example })
    expect(vendorOf(value.slice(0, -20))).toBeUndefined()
  },
)

test.each([
  ['nothing', ''],
  ['a sentence', 'sk_live_ is how a key of Stripe begins'],
  ['a prefix with anything behind it', 'sk_live_typed_into_the_browser_6201'],
  ['a key of Clerk, which begins as one of Stripe', `sk_live_${letters(42)}`],
  ['a publishable key of Stripe, which is no secret', `pk_live_${letters(24)}`],
  ['a key of a kind that several vendors have', `sk-${hex(32)}`],
  ['a hexadecimal key', hex(40)],
  ['a JSON web token', `eyJ${letters(33)}.eyJ${letters(40)}.${letters(43)}`],
  ['an address that only looks like Slack', `https://hooks.slack.com.evil.test/services/${letters(24)}`],
  ['an address that names Slack in its path', `https://evil.test/hooks.slack.com/services/${letters(24)}`],
  ['a private key', `-----BEGIN PRIVATE KEY-----\n${letters(64)}\n-----END PRIVATE KEY-----`],
  ['a very long text', `ghp_${'a'.repeat(5000)}`],
])('%s has no known vendor', (_what, value) => {
  expect(vendorOf(value)).toBeUndefined()
})

test('a secret can be bound to every suggested host', () => {
  const hosts = known.flatMap(([, , it]) => it)
  expect(hosts.map(normalizeHostPattern)).toEqual(hosts)
})

test('the regular expression engine keeps no part of a recognised value', () => {
  const [, value = ''] = known.find(([name]) => name === 'Stripe') ?? []
  expect(vendorOf(value)?.name).toBe('Stripe')
  expect(Reflect.get(RegExp, 'input')).toBe('')
})
