/** Names and terms that people write with capitals inside, and that are one word all the same. */
const WORDS = `
1Password AirTable APIs AppSheet BigCommerce BigQuery BitBucket ChatGPT CircleCI ClickHouse ClickUp CloudFlare CockroachDB
DataDog DeepSeek DevOps DigitalOcean DocuSign DropBox DuckDuckGo DynamoDB EasyPost ElevenLabs FaunaDB FedEx FireBase FreshDesk
GitBook GitGuardian GitHub GitLab GmbH GoDaddy GraphQL HashiCorp HubSpot IDs InfluxDB IoT IPv4 IPv6 JavaScript JetBrains JWTs
LaTeX LastPass LaunchDarkly LinkedIn MailChimp MailGun MariaDB MongoDB MySQL NextAuth NoSQL OAuth OneDrive OneLogin OpenAI OpenID
OpenRouter PagerDuty PayPal PayStack PlanetScale PocketBase PostgreSQL PostHog PowerBI PyPI QuickBooks RabbitMQ SaaS SalesForce
SendGrid ServiceNow SharePoint SonarQube SoundCloud SQLite StackOverflow SupaBase TeamCity TikTok TravisCI TypeScript URLs VMware
WhatsApp WiFi WooCommerce WordPress YouTube ZenDesk
eBay gRPC hCaptcha iCloud iOS iPhone macOS mTLS npm reCAPTCHA tRPC xAI
`
  .trim()
  .split(/\s+/)

// A word that begins in lower case is found at the beginning of a word alone: `theBay` is no eBay.
const found = new RegExp(
  WORDS.map((it) => `${/^[a-z]/.test(it) ? '(?<!\\p{L})' : ''}${it}(?!\\p{Ll})`).join('|'),
  'gu',
)

/** Writes those words with one capital: `myGitHubToken` becomes `myGithubToken`. Other text stays as it is. */
export const joinWholeWords = (text: string): string =>
  text.replace(found, (it) => `${it.slice(0, 1).toUpperCase()}${it.slice(1).toLowerCase()}`)
