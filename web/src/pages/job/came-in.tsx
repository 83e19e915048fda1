// What came in: a small chart for each type over the whole time of the import.
import { useMemo } from 'preact/hooks';
import type { Job } from '../../api/client';
import { SmallChart } from '../../components/chart/small-chart';
import type { Span } from '../../components/chart/series';
import { dayNumber } from '../../components/coverage-calendar/days';
import { Section } from '../../components/page';
import { Card } from '../../components/surfaces';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { failedSpans } from './failed-spans';
import type { Coverage } from './use-result';

export function CameIn({ job, coverage, provider }: { job: Job; coverage: Coverage; provider: string }) {
  const span: Span = useMemo(() => ({ from: dayNumber(job.start), end: dayNumber(job.end) }), [job.start, job.end]);
  const failed = useMemo(() => new Map(coverage.types.map((type) => [type.type, failedSpans(type.start, type.days)])), [coverage]);
  const arrived = coverage.types.filter((type) => type.records > 0);
  const missing = coverage.types.filter((type) => type.records === 0 && type.counts.failed === 0 && type.counts.not_attempted === 0);
  return (
    <Section title={t('cameIn.title')}>
      {arrived.length === 0 && <Card>{t('cameIn.empty')}</Card>}
      <div class="came-in">
        {arrived.map((type) => (
          <SmallChart
            key={type.type}
            type={type.type}
            connection={job.connection_id}
            span={span}
            failed={failed.get(type.type)}
            href={`/data/${type.type}?job=${job.id}`}
            note={t('cameIn.records', { count: type.records })}
          />
        ))}
      </div>
      {arrived.length > 0 && missing.length > 0 && (
        <p class="soft small">
          {missing.map((type) => typeName(type.type)).join(', ')}: {t('cameIn.none', { provider })}
        </p>
      )}
    </Section>
  );
}
