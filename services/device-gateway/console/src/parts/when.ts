/** Times as people read them, in the zone of the branch. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { useBoard } from '@/live/board'
import { dayIn, timeFormat } from '@/live/clock'

type Moment = string | number | Date

export function useWhen() {
  const { locale, t } = useI18n()
  const board = useBoard()
  const tag = computed(() => (locale.value === 'zh' ? 'zh-CN' : 'en-GB'))
  const format = (options: Intl.DateTimeFormatOptions) =>
    computed(() => timeFormat(tag.value, { ...options, hourCycle: 'h23', timeZone: board.timezone }))
  const hours = format({ hour: '2-digit', minute: '2-digit' })
  const days = format({ month: 'short', day: 'numeric', weekday: 'short' })
  const moments = format({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })

  const minutes = (since: Moment, until: Moment = Date.now()) =>
    Math.max(0, Math.floor((new Date(until).getTime() - new Date(since).getTime()) / 60_000))

  return {
    hour: (at: Moment) => hours.value.format(new Date(at)),
    day: (at: Moment) => days.value.format(new Date(at)),
    moment: (at: Moment) => moments.value.format(new Date(at)),
    /** Today's date of the branch, YYYY-MM-DD. */
    today: () => dayIn(board.timezone),
    minutes,
    /** Words of a length of time. */
    length: (count: number) =>
      count < 60 ? t('app.time.minutes', { count }) : t('app.time.hours', { hours: Math.floor(count / 60), minutes: count % 60 }),
  }
}
