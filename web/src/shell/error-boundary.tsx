// Catches what a page throws while it is drawn, so that the rest of the app stays usable.
import { Component, type ComponentChildren } from 'preact';
import { Button } from '../components/button';
import { Page } from '../components/page';
import { Banner } from '../components/surfaces';
import { t } from '../i18n/i18n';

interface Props {
  // Where the person is: another place is another try.
  place: string;
  children: ComponentChildren;
}

export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: Props): void {
    if (before.place !== this.props.place && this.state.failed) this.setState({ failed: false });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const again = (
      <Button icon="retry" onClick={() => location.reload()}>
        {t('error.page.reload')}
      </Button>
    );
    return (
      <Page title={t('error.page.title')} narrow>
        <Banner tone="danger" title={t('error.page.title')} actions={again} live>
          {t('error.page.text')}
        </Banner>
      </Page>
    );
  }
}
