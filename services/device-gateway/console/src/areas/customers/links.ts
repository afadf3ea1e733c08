/** What can be begun with a customer: each opens another area's panel by its name. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import type { Action } from '@/app/actions'
import { usePanel } from '@/app/panel'
import { useSession } from '@/app/session'

export function useLinks(id: () => string) {
  const { t } = useI18n()
  const panel = usePanel()
  const session = useSession()
  const open = (name: string) => () => void panel.open(name, id())

  return computed(() => ([
    { id: 'arrive', may: 'visit.register', keys: 'Enter', help: 'help.customers.arrive', calls: ['POST /api/triage/visits'], run: open('arrival') },
    { id: 'book', may: 'appointment.book', keys: 'b', help: 'help.customers.book', calls: ['POST /api/appointments/'], run: open('book') },
    { id: 'charge', may: 'charge.open', keys: 'c', help: 'help.customers.charge', calls: ['POST /api/billing/charges'], run: open('new-charge') },
    { id: 'plan', may: 'plan.draft', keys: 'p', help: 'help.customers.plan', calls: ['POST /api/followups/plans'], run: open('new-plan') },
  ] satisfies (Omit<Action, 'label'> & { may: string })[]).filter((one) => session.may(one.may)).map(({ may: _, ...one }) => ({ ...one, label: t(`customers.link.${one.id}`) })))
}
