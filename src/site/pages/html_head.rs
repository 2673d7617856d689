//! What stands in the head of a policy's pages: related pages, languages, and what machines read. No
//! word of it is shown on the page.

use chrono::NaiveDate;

use crate::policy::history::{Release, Status};
use crate::site::linked_data::{About, LinkedData};
use crate::site::sitemap::Place;
use crate::site::urls;
use crate::site::view::{self, LanguageLink};

use super::scene::Scene;

impl Scene<'_, '_> {
    /// The head of a page that shows a text.
    pub(super) fn text_head(
        &self,
        page: view::Page,
        index: usize,
        permanent: bool,
        languages: &[LanguageLink],
    ) -> view::Page {
        let release = self.release(index);
        let published =
            |release: &Release<'_>| self.known(release).then_some(release.version.front.announced);
        let data = if permanent {
            self.data(&page).dated(&release.version.id, published(release), None)
        } else {
            // One page whose text is replaced from time to time.
            let first = self.history.releases.first().and_then(published);
            self.data(&page).dated(&release.version.id, first, self.changed(index, false))
        };
        let mut page = self.head(page, self.related(index, permanent), data);
        page.alternates = languages.iter().map(|l| self.alternate(&l.code, l)).collect();
        page.alternates.extend(languages.first().map(|l| self.alternate("x-default", l)));
        page
    }

    /// The head of a page that compares two versions.
    pub(super) fn compare_head(&self, page: view::Page, old: usize, new: usize) -> view::Page {
        let address = |i: usize| urls::version(self.id(), &self.release(i).version.id);
        let release = self.release(new);
        let both = self.known(self.release(old)) && self.known(release);
        let published = Some(release.version.front.announced).filter(|_| both);
        let name = |i: usize| {
            let day = self.day(self.release(i).version.front.effective);
            (format!("{} ({})", self.title(), day.text), self.site.absolute(&address(i)))
        };
        let data = self.data(&page).dated("", published, None).about([name(old), name(new)]);
        let mut links = vec![self.version_history()];
        links.extend([old, new].map(|i| view::Link { rel: "about", url: self.to(&address(i)) }));
        self.head(page, links, data)
    }

    /// The head of the page of a policy's history.
    pub(super) fn history_head(&self, page: view::Page) -> view::Page {
        let data = self.data(&page);
        self.head(page, vec![self.latest()], data)
    }

    /// The head of any other page of the policy.
    pub(super) fn plain_head(&self, page: view::Page) -> view::Page {
        let data = self.data(&page);
        self.head(page, vec![self.version_history(), self.latest()], data)
    }

    fn head(&self, mut page: view::Page, links: Vec<view::Link>, data: LinkedData) -> view::Page {
        page.links.extend(links);
        page.feeds = self.feeds();
        page.linked_data = data.text();
        page
    }

    fn data(&self, page: &view::Page) -> LinkedData {
        let settings = &self.site.settings;
        let about = About {
            name: &page.title,
            url: &page.canonical,
            language: &self.language.0,
            description: &page.description,
            organisation: &settings.organisation,
        };
        let (title, home) = (self.title(), self.site.absolute(urls::HOME));
        let policy = (title.as_str(), self.site.absolute(&urls::policy(self.id())));
        let above = [(settings.title.as_str(), home.clone()), policy];
        let above = if page.canonical == above[1].1 { &above[..1] } else { &above[..] };
        LinkedData::page(about, (&settings.title, &home), above)
    }

    /// RFC 5829: the place of a version in its line.
    fn related(&self, index: usize, permanent: bool) -> Vec<view::Link> {
        let release = self.release(index);
        let version = |i: usize| self.to(&urls::version(self.id(), &self.release(i).version.id));
        let mut links = vec![self.version_history()];
        if permanent {
            links.push(self.latest());
        }
        if permanent && !release.version.draft {
            let record = self.to(&urls::record(self.id(), &release.version.id));
            links.push(view::Link { rel: "describedby", url: record });
        }
        links.extend(release.previous.map(|p| view::Link { rel: "predecessor-version", url: version(p) }));
        links.extend(release.next.map(|n| view::Link { rel: "successor-version", url: version(n) }));
        links
    }

    fn version_history(&self) -> view::Link {
        view::Link { rel: "version-history", url: self.to(&urls::history(self.id())) }
    }

    fn latest(&self) -> view::Link {
        view::Link { rel: "latest-version", url: self.to(&urls::policy(self.id())) }
    }

    fn alternate(&self, language: &str, link: &LanguageLink) -> view::Alternate {
        // Links of a page are relative to it; what other sites read is absolute.
        let url = urls::resolve(&self.address, &link.url);
        view::Alternate { language: language.to_owned(), url: self.site.absolute(&url) }
    }

    /// The day on which the text of a page was last another one: of a version when it was made known, of
    /// the policy's own page when that version replaced the one before it there.
    fn changed(&self, index: usize, permanent: bool) -> Option<NaiveDate> {
        let release = self.release(index);
        let front = &release.version.front;
        let day = if permanent { front.announced } else { front.effective };
        Some(day).filter(|day| self.known(release) && *day <= self.history.today)
    }

    /// A page that shows a text, as crawlers are told of it.
    pub(super) fn text_place(&self, index: usize, permanent: bool) -> Place {
        let languages = if permanent {
            self.version_languages(index, Some(self.language))
        } else {
            self.policy_languages(self.language)
        };
        let languages = languages.into_iter().map(|l| (l.code, urls::resolve(&self.address, &l.url)));
        Place {
            address: self.address.clone(),
            changed: self.changed(index, permanent),
            languages: languages.collect(),
        }
    }

    /// Any other page of the policy, whose content is as old as a version.
    pub(super) fn place(&self, newest: Option<usize>) -> Place {
        let changed = newest.and_then(|i| self.changed(i, true));
        Place { address: self.address.clone(), changed, languages: Vec::new() }
    }

    /// Whether the days of a version are those on which it was published in the page's language: of a
    /// translation nobody says when it was made.
    fn known(&self, release: &Release<'_>) -> bool {
        let seen = release.version.front.is_captured();
        let original = *self.language == self.history.policy.settings.controlling_language;
        original && release.status != Status::Draft && !seen
    }
}
