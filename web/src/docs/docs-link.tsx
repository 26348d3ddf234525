import { Anchor } from '@mantine/core'
import { addressOf, addressOfCode, helpWith, type Place } from './places.ts'

/** Leads to a heading of the docs. It opens a page of its own, so that nothing that was typed is lost. */
export function DocsLink({ to, about }: { to: Place; about: string }) {
  return <LearnMore address={addressOf(to)} about={about} />
}

/** Leads to what the docs say about an error. Nothing for an error that they do not have. */
export function ErrorHelp({ code }: { code: string }) {
  const address = helpWith(code)
  return address === undefined ? null : <LearnMore address={address} about="this error" />
}

/** The code of an error, which leads to its meaning. */
export function ErrorCode({ code }: { code: string }) {
  const address = addressOfCode(code)
  if (address === undefined) return <code>{code}</code>
  return (
    <Anchor
      href={address}
      target="_blank"
      rel="noopener"
      inherit
      c="inherit"
      underline="always"
      aria-label={`${code} (opens in a new tab)`}
    >
      <code>{code}</code>
    </Anchor>
  )
}

/** @param about tells one such link from another when it is read out. */
function LearnMore({ address, about }: { address: string; about: string }) {
  return (
    <Anchor
      href={address}
      target="_blank"
      rel="noopener"
      inherit
      // The colour of links is too faint on the ground of an alert. The line under it says what it is.
      c="inherit"
      underline="always"
      aria-label={`Learn more: ${about} (opens in a new tab)`}
    >
      Learn more
    </Anchor>
  )
}
