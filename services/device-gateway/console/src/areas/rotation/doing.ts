/** What is done with the day: with one of its consultants, and with its order; the answer is shown at once. */
import { useQueryCache } from '@pinia/colada'
import { useI18n } from 'vue-i18n'

import { api, done } from '@/api/client'
import { useSession } from '@/app/session'
import { useDuty } from '@/parts/duty'
import type { Rotation } from './day'

export function useDoing() {
  const { t } = useI18n()
  const cache = useQueryCache()
  const session = useSession()
  const duty = useDuty(({ name }, status) => t('rotation.now_is', { name, status }))

  async function reorder(order: string[], reason: string): Promise<boolean> {
    return duty.send([order, reason], async (key) => {
      const table: Rotation = await done(api.PUT('/api/triage/rotation/{branch}/order', {
        params: { path: { branch: session.branchCode } }, headers: { 'Idempotency-Key': key }, body: { order, reason },
      }))
      cache.setQueryData(['rotation', session.branchCode], table)
      return table
    })
  }

  return { ...duty, reorder }
}
