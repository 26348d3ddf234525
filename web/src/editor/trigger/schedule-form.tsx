import { Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { Schedule } from '../draft/draft.ts'
import type { Refusal } from '../draft/refusal.ts'
import { useEditor } from '../state/editor-context.ts'
import type { UpcomingTimes } from './upcoming-times.ts'

const usual = [
  { value: '0 * * * *', label: 'Every hour' },
  { value: '0 9 * * *', label: 'Every day at 9:00' },
  { value: '0 9 * * MON-FRI', label: 'Weekdays at 9:00' },
  { value: '0 9 * * MON', label: 'Mondays at 9:00' },
  { value: '0 9 1 * *', label: 'On the first of the month at 9:00' },
] as const

const OTHER = 'other'

/** When the automation runs by itself. */
export function ScheduleForm() {
  const { draft, change, refusal } = useEditor()
  const { schedule } = draft
  const set = (next: Schedule | null) => change({ kind: 'schedule', schedule: next })
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Stack gap="sm">
      <Switch
        label="Run on a schedule"
        description="The times are those of a time zone: they follow its summer time."
        checked={schedule !== null}
        onChange={(event) =>
          set(event.currentTarget.checked ? { cron: '0 9 * * MON-FRI', timeZone: zone } : null)
        }
      />
      {schedule && (
        <>
          <Group align="flex-start" gap="sm">
            <Select
              label="When"
              w={230}
              data={[...usual, { value: OTHER, label: 'Other times' }]}
              value={usual.some(({ value }) => value === schedule.cron) ? schedule.cron : OTHER}
              allowDeselect={false}
              // “Other times” changes nothing by itself: the person edits the cron expression below.
              onChange={(cron) => cron && cron !== OTHER && set({ ...schedule, cron })}
            />
            <TimeZone schedule={schedule} onChange={set} />
          </Group>
          <TextInput
            label="Cron"
            description="Minute, hour, day of the month, month, day of the week."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            ff="monospace"
            maw={260}
            spellCheck={false}
            autoComplete="off"
            value={schedule.cron}
            error={isOfSchedule(refusal) ? refusal?.message : undefined}
            onChange={(event) => set({ ...schedule, cron: event.currentTarget.value })}
          />
          <NextTimes schedule={schedule} />
        </>
      )}
    </Stack>
  )
}

/** A refusal with a step is not about the schedule: the step may have a field called `schedule.cron`. */
const isOfSchedule = (refusal: Refusal | undefined): boolean =>
  refusal?.step === undefined && ['schedule.cron', 'schedule.timeZone'].includes(refusal?.field ?? '')

function TimeZone({ schedule, onChange }: { schedule: Schedule; onChange: (schedule: Schedule) => void }) {
  const zones = useMemo(
    () => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), schedule.timeZone])],
    [schedule.timeZone],
  )
  return (
    <Select
      label="Time zone"
      w={230}
      searchable
      limit={100}
      data={zones}
      value={schedule.timeZone}
      allowDeselect={false}
      onChange={(timeZone) => timeZone && onChange({ ...schedule, timeZone })}
    />
  )
}

function NextTimes({ schedule: { cron, timeZone } }: { schedule: Schedule }) {
  const [times, setTimes] = useState<UpcomingTimes | undefined>(undefined)
  useEffect(() => {
    let current = true
    void import('./upcoming-times.ts')
      .then(({ upcomingTimes }) => current && setTimes(upcomingTimes({ cron, timeZone })))
      .catch(() => undefined)
    return () => {
      current = false
    }
  }, [cron, timeZone])
  return (
    <Text size="sm" c="dimmed" aria-live="polite">
      {times?.kind === 'times' && `Next: ${times.times.join(' · ')}`}
      {times?.kind === 'none' && 'These are no times yet: five fields, such as 0 9 * * MON-FRI.'}
    </Text>
  )
}
