import { t } from '../../i18n/i18n';

export default function JobPage({ id }: { id: string }) {
  return (
    <main>
      <h1>{t('job.title')}</h1>
      <p>{id}</p>
    </main>
  );
}
