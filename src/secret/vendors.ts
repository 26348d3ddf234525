import { forgetMatch } from './forget-match.ts'

/** A service whose values are recognised by their form. */
export interface Vendor {
  name: string
  /** The hosts of its API that are the same for every customer. */
  hosts: readonly string[]
  /** Where such a value usually stands in a step: `header:NAME`, `query:NAME`, `url`. */
  places: readonly string[]
  /** An example host of a service with a host for each customer. It must not be used as it is. */
  example?: string
}

const bearer = ['header:authorization']

type Form = readonly [name: string, form: RegExp, hosts: readonly string[], places?: readonly string[]]
type OwnForm = readonly [name: string, form: RegExp, example: string, places?: readonly string[]]

// The first match counts, so narrow forms come before wide ones. Each form is published by its vendor or used by
// scanners for leaked keys. A form that several vendors share names none.
const shared: readonly Form[] = [
  ['Airtable', /^pat[A-Za-z0-9]{14}\.[0-9a-f]{64}$/, ['api.airtable.com']],
  ['Anthropic', /^sk-ant-(?:api|admin)\d\d-[\w-]{20,}$/, ['api.anthropic.com'], ['header:x-api-key']],
  ['Asana', /^[12]\/\d{15,17}(?:\/\d{15,17})?:[0-9a-f]{32}$/, ['app.asana.com']],
  ['Brevo', /^xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}$/, ['api.brevo.com'], ['header:api-key']],
  ['Buildkite', /^bkua_[0-9a-f]{40}$/, ['api.buildkite.com']],
  ['CircleCI', /^CCIPAT_[A-Za-z0-9]{22}_[0-9a-f]{40}$/, ['circleci.com'], ['header:circle-token']],
  ['ClickUp', /^pk_\d{6,12}_[A-Z0-9]{32}$/, ['api.clickup.com']],
  ['Contentful', /^CFPAT-[\w-]{43}$/, ['api.contentful.com']],
  ['DigitalOcean', /^do[op]_v1_[0-9a-f]{64}$/, ['api.digitalocean.com']],
  ['Discord', /^[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}$/, ['discord.com']],
  ['Discord', /^https:\/\/discord\.com\/api\/webhooks\/\d+\/[\w-]{60,}$/, ['discord.com'], ['url']],
  ['Doppler', /^dp\.(?:pt|st|sa|ct|scim|audit)\.(?:[\w-]+\.)?[A-Za-z0-9]{40,44}$/, ['api.doppler.com']],
  ['Dropbox', /^sl\.(?:u\.)?[\w-]{100,}$/, ['api.dropboxapi.com', 'content.dropboxapi.com']],
  ['EasyPost', /^EZ[AT]K[A-Za-z0-9]{54}$/, ['api.easypost.com']],
  ['Facebook', /^EAA[A-Za-z0-9]{90,}$/, ['graph.facebook.com']],
  ['Figma', /^figd_[\w-]{38,}$/, ['api.figma.com'], ['header:x-figma-token']],
  ['Flutterwave', /^FLWSECK(?:_TEST)?-[\w-]{12,}-X$/, ['api.flutterwave.com']],
  [
    'GitHub',
    /^(?:gh[opusr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})$/,
    ['api.github.com'],
  ],
  ['GitLab', /^glpat-[\w.-]{20,}$/, ['gitlab.com'], [...bearer, 'header:private-token']],
  ['Google', /^GOCSPX-[\w-]{28}$/, ['oauth2.googleapis.com'], ['body']],
  ['Groq', /^gsk_[A-Za-z0-9]{52}$/, ['api.groq.com']],
  ['Heroku', /^HRKU-[\w-]{36,}$/, ['api.heroku.com']],
  ['HubSpot', /^pat-[a-z]{2}\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, ['api.hubapi.com']],
  ['Hugging Face', /^hf_[A-Za-z0-9]{34}$/, ['huggingface.co', 'router.huggingface.co']],
  ['Intercom', /^dG9rO[A-Za-z0-9+/]{40,}={0,2}$/, ['api.intercom.io']],
  ['Klaviyo', /^pk_[0-9a-f]{34}$/, ['a.klaviyo.com']],
  ['Linear', /^lin_(?:api|oauth)_[A-Za-z0-9]{32,}$/, ['api.linear.app']],
  ['Mailgun', /^key-[0-9a-f]{32}$/, ['api.mailgun.net', 'api.eu.mailgun.net']],
  ['Mapbox', /^sk\.eyJ[\w-]+\.[\w-]{20,}$/, ['api.mapbox.com'], ['query:access_token']],
  ['Neon', /^napi_[a-z0-9]{60,}$/, ['console.neon.tech']],
  ['Netlify', /^nfp_[A-Za-z0-9]{36}$/, ['api.netlify.com']],
  ['New Relic', /^NRAK-[A-Z0-9]{27}$/, ['api.newrelic.com', 'api.eu.newrelic.com'], ['header:api-key']],
  ['Notion', /^(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,50})$/, ['api.notion.com']],
  ['npm', /^npm_[A-Za-z0-9]{36}$/, ['registry.npmjs.org']],
  ['OpenAI', /^sk-(?:(?:proj|svcacct|admin)-[\w-]{20,}|[\w-]{20,}T3BlbkFJ[\w-]{20,})$/, ['api.openai.com']],
  ['OpenRouter', /^sk-or-v1-[0-9a-f]{64}$/, ['openrouter.ai']],
  ['Paystack', /^sk_(?:live|test)_[0-9a-f]{40}$/, ['api.paystack.co']],
  ['Perplexity', /^pplx-[A-Za-z0-9]{48,}$/, ['api.perplexity.ai']],
  ['PlanetScale', /^pscale_(?:tkn|oauth)_[\w.-]{32,}$/, ['api.planetscale.com']],
  ['Postman', /^PMAK-[0-9a-f]{24}-[0-9a-f]{34}$/, ['api.getpostman.com'], ['header:x-api-key']],
  ['Pulumi', /^pul-[0-9a-f]{40}$/, ['api.pulumi.com']],
  ['PyPI', /^pypi-AgE[\w-]{50,}$/, ['upload.pypi.org']],
  ['Razorpay', /^rzp_(?:live|test)_[A-Za-z0-9]{14}$/, ['api.razorpay.com']],
  ['Render', /^rnd_[A-Za-z0-9]{28,}$/, ['api.render.com']],
  ['Replicate', /^r8_[A-Za-z0-9]{37}$/, ['api.replicate.com']],
  ['Resend', /^re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}$/, ['api.resend.com']],
  ['RubyGems', /^rubygems_[0-9a-f]{48}$/, ['rubygems.org']],
  ['SendGrid', /^SG\.[\w-]{22}\.[\w-]{43}$/, ['api.sendgrid.com']],
  ['Sentry', /^(?:sntrys_eyJ[\w+/=-]{40,}|sntryu_[0-9a-f]{64})$/, ['sentry.io']],
  ['Shippo', /^shippo_(?:live|test)_[0-9a-f]{40}$/, ['api.goshippo.com']],
  ['Slack', /^xox[abpr]-[A-Za-z0-9-]{20,}$/, ['slack.com']],
  [
    'Slack',
    /^https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/]{20,}$/,
    ['hooks.slack.com'],
    ['url'],
  ],
  ['Square', /^(?:sq0atp-[\w-]{22}|EAAA[\w-]{60})$/, ['connect.squareup.com']],
  ['Stripe', /^[rs]k_(?:live|test)_(?:[A-Za-z0-9]{24}|[A-Za-z0-9]{90,})$/, ['api.stripe.com']],
  ['Supabase', /^sbp_[0-9a-f]{40}$/, ['api.supabase.com']],
  ['Tailscale', /^tskey-api-[\w-]{20,}$/, ['api.tailscale.com']],
  ['Telegram', /^\d{8,10}:[\w-]{35}$/, ['api.telegram.org'], ['url']],
  ['Terraform', /^[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}$/, ['app.terraform.io']],
  ['Twilio', /^SK[0-9a-f]{32}$/, ['api.twilio.com']],
  ['Typeform', /^tfp_[\w-]{40,}$/, ['api.typeform.com']],
  ['xAI', /^xai-[A-Za-z0-9]{80}$/, ['api.x.ai']],
  ['Zapier', /^https:\/\/hooks\.zapier\.com\/hooks\/catch\/\d+\/\w+\/?$/, ['hooks.zapier.com'], ['url']],
]

// An AWS key only signs requests and is never sent itself. It is bound to its own service.
const own: readonly OwnForm[] = [
  ['Atlassian', /^ATATT3[\w-]{100,}=[0-9A-F]{8}$/, 'your-site.atlassian.net'],
  ['AWS', /^(?:AKIA|ASIA)[A-Z2-7]{16}$/, 's3.eu-central-1.amazonaws.com'],
  ['Databricks', /^dapi[0-9a-f]{32}(?:-\d)?$/, 'dbc-a1b2c3d4-e5f6.cloud.databricks.com'],
  ['Dynatrace', /^dt0[cs]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}$/, 'abc12345.live.dynatrace.com'],
  ['Google', /^AIza[\w-]{35}$/, 'maps.googleapis.com', ['query:key', 'header:x-goog-api-key']],
  ['Grafana', /^glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}$/, 'your-stack.grafana.net'],
  ['HashiCorp Vault', /^hv[bsr]\.[\w-]{24,}$/, 'vault.example.com', ['header:x-vault-token']],
  ['Mailchimp', /^[0-9a-f]{32}-us\d{1,2}$/, 'us1.api.mailchimp.com'],
  ['Shopify', /^shp(?:at|ca|pa)_[0-9a-f]{32}$/, 'your-shop.myshopify.com', ['header:x-shopify-access-token']],
  ['Supabase', /^sb_secret_[\w-]{30,}$/, 'your-project.supabase.co', ['header:apikey']],
]

// Longer than any key of the table.
const LONGEST = 2048

/**
 * The vendor whose values have this form. It only looks at the text and sends nothing. The result contains no part
 * of the value.
 */
export function vendorOf(value: string): Vendor | undefined {
  const text = value.trim()
  if (isServiceAccount(text)) return { name: 'Google', hosts: ['oauth2.googleapis.com'], places: [] }
  if (text.length > LONGEST) return undefined
  const vendor = vendorByForm(text)
  forgetMatch()
  return vendor
}

function vendorByForm(text: string): Vendor | undefined {
  const [name, , hosts, places = bearer] = shared.find(([, form]) => form.test(text)) ?? []
  if (name !== undefined && hosts) return { name, hosts, places }
  const found = own.find(([, form]) => form.test(text))
  if (!found) return undefined
  return { name: found[0], hosts: [], places: found[3] ?? bearer, example: found[2] }
}

/** Whether it is the JSON file that Google issues for a service account, whose tokens come from one host. */
function isServiceAccount(text: string): boolean {
  if (!text.startsWith('{') || !text.includes('"service_account"')) return false
  try {
    const file: unknown = JSON.parse(text)
    return typeof file === 'object' && file !== null && 'type' in file && file.type === 'service_account'
  } catch {
    return false
  }
}
