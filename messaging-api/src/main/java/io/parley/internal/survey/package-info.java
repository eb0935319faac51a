/**
 * Asks all subscribers and gathers their responses. {@link SurveyorImpl} is the endpoint, {@link SurveyImpl} a survey
 * under way, and {@link Surveys} knows the ones that still expect responses. {@link SurveyOrigin} is the responder's
 * side: the way back of one question.
 *
 * <p><b>In:</b> questions from the application, which go out through the publish buffer of {@code pubsub}; responses,
 * which links in {@code link} read and hand to a {@code link.ResponseListener}.
 *
 * <p><b>Out:</b> responses to listeners of the application, one after the other and in the order of their arrival; the
 * end of the survey. Responses to this peer's surveyors go to {@code route}, which sends them over a link.
 *
 * <p><b>Threads:</b> responses arrive in the I/O context, and each survey has a lane of its own on the threads for
 * answers, where they are decoded. The application may ask a survey for its responses from any thread.
 *
 * <p><b>Why a response does not go back the way the question came:</b> a feed has no way back, and an address in a
 * question would let anybody who can publish make peers connect anywhere. So a responder has a link of its own to the
 * surveyor that the registry names (ADR 0005), and begins to hold it when it subscribes.
 *
 * <p><b>Why a survey is remembered for twice its time:</b> late responses are counted, and told to whoever wants to
 * know, instead of being taken for nobody's.
 */
package io.parley.internal.survey;
