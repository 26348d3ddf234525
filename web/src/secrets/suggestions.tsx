import { Button, Group, Stack, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { placeInWords } from './policy-words.ts'
import type { Suggestion } from './suggestion.ts'
import { holds, type Member, toggled, type WrittenPolicy } from './written-policy.ts'

/** Suggested limits of a policy. One click adds a limit, another one removes it. */
export function Suggestions({
  suggestions,
  written,
  onChange,
}: {
  suggestions: readonly Suggestion[]
  written: WrittenPolicy
  onChange: (written: WrittenPolicy) => void
}) {
  return (
    <div aria-live="polite">
      <Stack gap="xs">
        {suggestions.map(({ reason, hosts, places, example }) => {
          const toggle = (member: Member, entries: readonly string[], label: string) => (
            <Toggle
              key={label}
              label={label}
              pressed={holds(written, member, entries)}
              onToggle={() => onChange(toggled(written, member, entries))}
            />
          )
          return (
            <div key={reason}>
              <Text size="sm">
                {reason}
                {example && (
                  <>
                    {' '}
                    Its host is one of your own, such as <code>{example}</code>.
                  </>
                )}
              </Text>
              <Group gap={6} mt={4}>
                {hosts.length > 0 && toggle('hosts', hosts, `Only to ${hosts.join(' and ')}`)}
                {places.map((place) => toggle('places', [place], `Only in ${placeInWords(place)}`))}
              </Group>
            </div>
          )
        })}
      </Stack>
    </div>
  )
}

function Toggle({ label, pressed, onToggle }: { label: string; pressed: boolean; onToggle: () => void }) {
  return (
    <Button
      size="compact-xs"
      variant={pressed ? 'filled' : 'default'}
      aria-pressed={pressed}
      className="suggestion"
      {...(pressed && { leftSection: <IconCheck size={12} aria-hidden /> })}
      onClick={onToggle}
    >
      {label}
    </Button>
  )
}
